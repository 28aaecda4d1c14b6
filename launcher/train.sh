#!/usr/bin/env bash
# A short life of the agent for its AOT cache, as on a machine that boots: enrolled before, its policy on disk; a gateway, an
# upstream, a job that asks and is refused. Called in namespaces of its own, by cache.sh; FLEETWALL_FLAGS are those of the run that counts.
set -euo pipefail

work="$(mktemp -d /run/fleetwall-train.XXXXXX)"
ip netns add job
ip link add fwtrain type veth peer name job netns job
ip addr add 10.91.0.1/24 dev fwtrain
ip link set fwtrain up
ip -n job addr add 10.91.0.2/24 dev job
ip -n job link set job up
ip -n job link set lo up

# Until a line is in a file, or its process is gone, or a minute has passed.
await() {
    local what="$1" log="$2" pid="$3" i
    for ((i = 0; i < 600; i++)); do
        grep -q -- "$what" "$log" && return
        kill -0 "$pid" || break
        sleep 0.1
    done
    echo "train: no '$what'" >&2
    cat "$log" >&2
    return 1
}

job() { nsenter --net=/run/netns/job "$@"; }

# What is told by hand, so that no client is needed: the answer's body.
post() {
    local path="$1" body="$2" line
    exec 5<>/dev/tcp/127.0.0.1/7070
    printf 'POST /api/v1/%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
        "$path" "$(<"$work/gateway/admin.token")" "${#body}" "$body" >&5
    while IFS= read -r line <&5 && [[ "$line" != $'\r' ]]; do :; done
    cat <&5
    exec 5>&-
}

for tool in dnsload dnsstub; do
    clang -O1 -o "$work/$tool" "$FLEETWALL_SOURCES/load-tests/src/main/c/dns/$tool.c"
done
"$work/dnsstub" 127.0.0.1 5300 >"$work/stub" &
stub=$!

mkdir "$work/policies"
cat >"$work/policies/train.yaml" <<YAML
apiVersion: fleetwall.io/v1
kind: EgressPolicy
metadata: { name: train }
spec:
  allow:
    - host: "*.miss.bench.example"
    - cidr: 10.91.0.1/32
      ports: [5353/udp]
    - host: h0.bench.example
    - host: h1.bench.example
      ports: [443/tcp]
YAML
cat >"$work/gateway.yaml" <<YAML
gateway: {name: train}
state: {directory: "$work/gateway"}
policies: {directory: "$work/policies"}
YAML
"$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -jar "$FLEETWALL_GATEWAY" --config "$work/gateway.yaml" >"$work/gateway.log" 2>&1 &
gateway=$!
await 'gateway ready' "$work/gateway.log" "$gateway"
post enrolment-tokens '{"uses":1,"ttlSeconds":60}' | sed -n 's/.*"token" *: *"\([^"]*\)".*/\1/p' >"$work/token"

cat >"$work/runner-node.yaml" <<YAML
node: {name: train, labels: [linux]}
gateway:
  url: https://127.0.0.1:7443
  caFingerprint: "$(<"$work/gateway/ca.fingerprint")"
  enrolmentTokenFile: "$work/token"
state: {directory: "$work/state"}
job: {socket: "$work/job.sock"}
runners: [{name: a, interface: fwtrain}]
dns: {port: 5353, redirect: false, upstreams: ["127.0.0.1:5300"]}
YAML

# Ends with an agent's exit status; 143 is the end by a signal, after the cache was written.
agent() {
    local log="$1" until="$2" status=0
    shift 2
    "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED "$@" --config "$work/runner-node.yaml" >"$log" 2>&1 &
    local agent=$!
    await "$until" "$log" "$agent"
    ask
    kill -TERM "$agent"
    wait "$agent" || status=$?
    [[ "$status" == 0 || "$status" == 143 ]]
}

# Allowed, twice, so that the second is cached; new names below a wildcard; a name and a connection that are refused. Then a second
# in which the agent looks at its tables.
ask() {
    printf 'h%d.bench.example A\n' 0 1 0 1 >"$work/names"
    printf 'h1.bench.example AAAA\nrefused.bench.example A\n' >>"$work/names"
    job "$work/dnsload" all 10.91.0.1 5353 2 "$work/names" 4 || true
    job "$work/dnsload" miss 10.91.0.1 5353 0.2 t 4 || true
    job timeout 1 bash -c 'exec 3<>/dev/tcp/10.91.0.1/444' 2>/dev/null || true
    sleep 1.5
}

agent "$work/first.log" 'policy in force' "-Dfleetwall.logging=default" -jar "$FLEETWALL_NODE"
# shellcheck disable=SC2086 # flags are words
agent "$work/log" 'linked' $FLEETWALL_FLAGS
cat "$work/log"
kill "$stub" "$gateway"
