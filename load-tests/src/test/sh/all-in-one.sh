#!/usr/bin/env bash
# A gateway with an agent in its own process, a job behind a cable and a server behind the node: what the job reaches before
# a policy, under two policies, under two more that the next signing key signed, and after both programs were killed; leaves answers and logs in a directory.
# Needs namespaces of its own: unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private.
#   OUT  where gateway.yaml and runner-node.yaml are, and where logs go     $@  the java command
set -eu

# shellcheck source=job-behind-a-node.sh
source "$(dirname "$0")/job-behind-a-node.sh"

all_in_one() { "$@" --config "$OUT/gateway.yaml" --node "$OUT/runner-node.yaml" >"$OUT/$log" 2>&1 & program=$!; }
log=first.log
all_in_one "$@"
await says 'gateway ready' || exit 10
await served || exit 11
reached >"$OUT/without-policy"
# What is published before the gateway knows the runner goes out to nobody.
await says 'node fed' || exit 13
publish 198.51.100.1/32 >"$OUT/published"
applied 1
reached >"$OUT/allowed"
publish 192.0.2.0/24 >"$OUT/published-2"
applied 2
reached >"$OUT/revoked"
ask signing-keys:rotate --data '{}' >"$OUT/rotated"
applied 3
publish 198.51.100.1/32 >"$OUT/published-4"
applied 4
reached >"$OUT/signed-by-the-next"
ask signing-keys:retire --data '{}' >"$OUT/retired"
applied 5
publish 192.0.2.0/24 >"$OUT/published-6"
applied 6
reached >"$OUT/signed-by-it-alone"
ask runners >"$OUT/runners"
ask nodes >"$OUT/nodes"
ask 'events?kind=node.joined' >"$OUT/joined"

kill -s KILL "$program"
wait "$program" || true
reached >"$OUT/killed"

log=again.log
all_in_one "$@"
await says 'gateway ready' || exit 12
await says 'node fed' || exit 14
publish 198.51.100.1/32 >"$OUT/published-7"
applied 7
reached >"$OUT/allowed-again"
kill -s TERM "$program"
status=0
wait "$program" || status=$?
echo "$status" >"$OUT/terminated"
reached >"$OUT/stopped"
