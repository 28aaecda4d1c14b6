#!/usr/bin/env bash
# A gateway, and a node in a second process that is a lite member of its cluster: what a job of that node reaches before a policy,
# under two policies, after another signing key, while the gateway is dead and after it came back; leaves answers and logs in a directory.
# Needs namespaces of its own: unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private.
#   OUT  where gateway.yaml, lite.yaml and runner-node.yaml are, and where logs go     $@  the java command
set -eu
# shellcheck source=job-behind-a-node.sh
source "$(dirname "$0")/job-behind-a-node.sh"

gateway() { "$@" --config "$OUT/gateway.yaml" >"$OUT/$log" 2>&1 & program=$!; }
member() { "$@" --config "$OUT/lite.yaml" --node "$OUT/runner-node.yaml" >"$OUT/lite.log" 2>&1 & lite=$!; }

log=gateway.log
gateway "$@"
await says 'gateway ready' || exit 10
status=0
"$@" --config "$OUT/lite.yaml" --node "$OUT/runner-node.yaml" >"$OUT/no-key.log" 2>&1 || status=$?
echo "$status" >"$OUT/no-key"
cp "$OUT/state/event-bus.pem" "$OUT/lite/"
member "$@"
log=lite.log
await says 'lite member ready' || exit 11
await served || exit 12
reached >"$OUT/without-policy"
await says 'node fed by a gateway' || exit 13
publish 198.51.100.1/32 >"$OUT/published"
await allowed || exit 14
applied 1
ask signing-keys:rotate --data '{}' >"$OUT/rotated"
applied 2
publish 192.0.2.0/24 >"$OUT/published-3"
applied 3
reached >"$OUT/revoked"
ask runners >"$OUT/runners"
ask nodes >"$OUT/nodes"
ask health/ready >"$OUT/ready"

kill -s KILL "$program"
wait "$program" || true
reached >"$OUT/without-gateway"
program=$lite
await says 'no gateway is left' || exit 15
log=again.log
gateway "$@"
await says 'gateway ready' || exit 16
publish 198.51.100.1/32 >"$OUT/published-4"
await allowed || exit 17
ask runners >"$OUT/runners-again"
kill -s TERM "$lite"
status=0
wait "$lite" || status=$?
echo "$status" >"$OUT/terminated"
reached >"$OUT/stopped"
