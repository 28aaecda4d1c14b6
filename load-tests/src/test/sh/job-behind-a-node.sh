# A job behind a cable, a server behind the node, and questions to a gateway on this machine. Sourced; needs namespaces of its own and
# OUT, where the gateway's state is in `state`; `program` is who must live while something is awaited.
# shellcheck shell=bash

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

await() {
    local tries=0
    until "$@"; do
        kill -0 "$program" || return 1
        ((++tries < 600)) || return 1
        sleep 0.1
    done
}
says() { grep -q "$1" "$OUT/$log"; }
ask() {
    curl --silent --show-error --max-time 90 --header "Authorization: Bearer $(cat "$OUT/state/admin.token")" \
        "http://127.0.0.1:7070/api/v1/$1" "${@:2}"
}
publish() {
    ask policies:publish --data "{\"message\":\"$1\",\"files\":[{\"path\":\"p.yaml\",\"text\":\"apiVersion: fleetwall.io/v1\\nkind:\
 EgressPolicy\\nmetadata: { name: p }\\nspec:\\n  mode: enforce\\n  default: deny\\n  allow:\\n    - { cidr: $1, ports: [8080] }\\n\"}]}"
}
applied() { ask "rollouts/$1?wait=applied&timeoutMillis=60000" >"$OUT/rollout-$1"; }
reached() {
    nsenter --net=/run/netns/job timeout 5 bash -c 'exec 3<>/dev/tcp/198.51.100.1/8080' 2>/dev/null && echo yes || echo no
}
allowed() { [[ "$(reached)" == yes ]]; }
served() { curl --silent --output /dev/null --max-time 2 http://198.51.100.1:8080/; }
