#!/usr/bin/env bash
# Runs the agent as its pod would: only the given capabilities, a read-only root, writable only what is mounted.
# Starts it, kills it, starts it again, stops it, uninstalls it; leaves logs and exit statuses in a directory.
# Needs namespaces of its own: unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private.
#   REPOSITORY  the tree with the built jars       OUT       where logs go; has runner-node.yaml
#   CAPABILITIES  ",+bpf,+net_admin"               WRITABLE  mount paths   BPFFS  mount path of the BPF file system
#   INTERFACES  of runners, to be made             $@        the java command
set -eu

# shellcheck source=read-only-root.sh
source "$(dirname "$0")/read-only-root.sh"
mkdir -p "$root$BPFFS" "$root/etc/fleetwall/runner-node"
cp "$OUT/runner-node.yaml" "$root/etc/fleetwall/runner-node/"
mount -t bpf bpf "$root$BPFFS"
for path in $WRITABLE; do
    mkdir -p "$root$path"
    mount -t tmpfs "$(basename "$path")" "$root$path"
done
close_root

ip link set lo up
for name in $INTERFACES; do
    ip link add "$name" type veth peer name "${name}-peer"
    ip link set "$name" up
    ip link set "${name}-peer" up
done

confined() {
    exec chroot "$root" setpriv --no-new-privs --inh-caps=-all --bounding-set="-all$CAPABILITIES" -- "$@"
}
ready() { says "$agent" "$1" ' ready$'; }
get() {
    exec 3<>/dev/tcp/127.0.0.1/7071
    printf 'GET %s HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n' "$1" >&3
    cat <&3
    exec 3>&-
}
stopped() {
    kill -s "$1" "$agent"
    local status=0
    wait "$agent" || status=$?
    echo "$status"
}

(confined "$@") >"$OUT/first.log" 2>&1 &
agent=$!
ready "$OUT/first.log" || exit 10
grep ^Cap "/proc/$agent/status" >"$OUT/capabilities"
get /health >"$OUT/health"
get /metrics >"$OUT/metrics"
stopped KILL >"$OUT/killed"

(confined "$@") >"$OUT/again.log" 2>&1 &
agent=$!
ready "$OUT/again.log" || exit 11
stopped TERM >"$OUT/terminated"

(confined "$1" "${@:2:$#-3}" uninstall "${@: -2}") >"$OUT/uninstall.log" 2>&1 || exit 12
find "$root$BPFFS" -mindepth 1 -name 'v[0-9]*' >"$OUT/left"
nft list tables >>"$OUT/left"
