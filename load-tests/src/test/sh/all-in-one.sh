#!/usr/bin/env bash
# A gateway with an agent in its own process, a job behind a cable and a server behind the node: what the job reaches before
# a policy, under two policies, under two more that the next signing key signed, and after both programs were killed; leaves answers and logs in a directory.
# Needs namespaces of its own: unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private.
#   OUT  where gateway.yaml and runner-node.yaml are, and where logs go     $@  the java command
set -eu

mount -t sysfs sysfs /sys
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /run
ip link set lo up
for place in job world; do
    ip netns add "$place"
    ip -n "$place" link set lo up
done
ip link add fw-job type veth peer name eth0 netns job
ip link add fw-world type veth peer name eth0 netns world
ip address add 10.0.60.1/24 dev fw-job
ip address add 198.51.100.254/24 dev fw-world
ip -n job address add 10.0.60.2/24 dev eth0
ip -n world address add 198.51.100.1/24 dev eth0
for name in fw-job fw-world; do ip link set "$name" up; done
for place in job world; do ip -n "$place" link set eth0 up; done
ip -n job route add default via 10.0.60.1
ip -n world route add default via 198.51.100.254
echo 1 >/proc/sys/net/ipv4/ip_forward
nsenter --net=/run/netns/world python3 -m http.server --bind 198.51.100.1 8080 >"$OUT/server.log" 2>&1 &

all_in_one() { "$@" --config "$OUT/gateway.yaml" --node "$OUT/runner-node.yaml" >"$OUT/$log" 2>&1 & program=$!; }
await() {
    local tries=0
    until "$@"; do
        kill -0 "$program" || return 1
        ((++tries < 600)) || return 1
        sleep 0.1
    done
}
ready() { grep -q 'gateway ready' "$OUT/$log"; }
ask() {
    curl --silent --show-error --max-time 30 --header "Authorization: Bearer $(cat "$OUT/state/admin.token")" \
        "http://127.0.0.1:7070/api/v1/$1" "${@:2}"
}
publish() {
    ask policies:publish --data "{\"message\":\"$1\",\"files\":[{\"path\":\"p.yaml\",\"text\":\"apiVersion: fleetwall.io/v1\\nkind:\
 EgressPolicy\\nmetadata: { name: p }\\nspec:\\n  mode: enforce\\n  default: deny\\n  allow:\\n    - { cidr: $1, ports: [8080] }\\n\"}]}"
}
applied() { ask "rollouts/$1?wait=applied&timeoutMillis=20000" >"$OUT/rollout-$1"; }
reached() {
    nsenter --net=/run/netns/job timeout 5 bash -c 'exec 3<>/dev/tcp/198.51.100.1/8080' 2>/dev/null && echo yes || echo no
}
served() { curl --silent --output /dev/null --max-time 2 http://198.51.100.1:8080/; }

log=first.log
all_in_one "$@"
await ready || exit 10
await served || exit 11
reached >"$OUT/without-policy"
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
await ready || exit 12
publish 198.51.100.1/32 >"$OUT/published-7"
applied 7
reached >"$OUT/allowed-again"
kill -s TERM "$program"
status=0
wait "$program" || status=$?
echo "$status" >"$OUT/terminated"
reached >"$OUT/stopped"
