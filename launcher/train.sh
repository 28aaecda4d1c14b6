#!/usr/bin/env bash
# One run of the agent for its AOT cache: until it is ready and has refused a name. Called in namespaces of its own, by cache.sh.
set -euo pipefail

ip link add fwtrain type veth peer name job
ip addr add 10.91.0.1/24 dev fwtrain
ip link set fwtrain up
ip link set job up

work="$(mktemp -d /run/fleetwall-train.XXXXXX)"
echo none >"$work/token"
cat >"$work/runner-node.yaml" <<YAML
node: {name: train, labels: [linux]}
gateway:
  url: https://127.0.0.1:1
  caFingerprint: "0000000000000000000000000000000000000000000000000000000000000000"
  enrolmentTokenFile: "$work/token"
state: {directory: "$work/state"}
job: {socket: "$work/job.sock"}
runners: [{name: a, interface: fwtrain}]
dns: {redirect: false, upstreams: ["127.0.0.1:53"]}
YAML

# shellcheck disable=SC2086 # flags are words
"$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED $FLEETWALL_FLAGS --config "$work/runner-node.yaml" >"$work/log" 2>&1 &
agent=$!
for ((i = 0; i < 600; i++)); do
    grep -q ready "$work/log" && break
    kill -0 "$agent" || break
    sleep 0.1
done
kill -TERM "$agent" || true
wait "$agent" || status=$?
cat "$work/log"
# 143: ended by the signal, after the cache was written.
[[ "${status:-0}" == 0 || "${status:-0}" == 143 ]]
