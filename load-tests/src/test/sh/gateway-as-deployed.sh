#!/usr/bin/env bash
# Runs the gateway as its pod would: an unprivileged user without capabilities, a read-only root, volumes as kubelet
# makes them. Asks its probes, stops it; leaves its log, the answers and the exit status in a directory.
# Needs namespaces of its own: unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private.
#   REPOSITORY  the tree with the built jars    OUT  where logs go; has gateway.yaml, policies/, tls.crt, tls.key
#   USER_ID     of the pod, also its group      PROBE  the command that asks an HTTPS address, which is added
#   STATE, TMP  mount paths                     POD    its name                       $@  the java command
set -eu
# shellcheck source=read-only-root.sh
source "$(dirname "$0")/read-only-root.sh"

etc="$root/etc/fleetwall"
mkdir -p "$etc/gateway" "$etc/policies/..2026" "$etc/api-tls" "$root$STATE" "$root$TMP"
cp "$OUT/gateway.yaml" "$etc/gateway/"
# A ConfigMap's files are links into a hidden directory, which is replaced as a whole.
cp "$OUT"/policies/* "$etc/policies/..2026/"
ln -s ..2026 "$etc/policies/..data"
for file in "$OUT"/policies/*; do ln -s "..data/$(basename "$file")" "$etc/policies/$(basename "$file")"; done
cp "$OUT/tls.crt" "$OUT/tls.key" "$etc/api-tls/"
chown 0:"$USER_ID" "$etc"/api-tls/*
chmod 0440 "$etc"/api-tls/*
# A volume with an fsGroup belongs to root and may be written by the group.
mount -t tmpfs -o "mode=2775,gid=$USER_ID" state "$root$STATE"
mount -t tmpfs -o mode=1777 tmp "$root$TMP"
close_root
ip link set lo up

(exec chroot "$root" setpriv --no-new-privs --reuid "$USER_ID" --regid "$USER_ID" --groups "$USER_ID" \
    --inh-caps=-all --bounding-set=-all -- \
    env -i PATH="$PATH" FLEETWALL_GATEWAY_GATEWAY_NAME="$POD" "$@") >"$OUT/log" 2>&1 &
gateway=$!
says "$gateway" "$OUT/log" 'gateway ready' || exit 10
for path in live ready; do
    # shellcheck disable=SC2086 # a command of several words
    $PROBE "https://127.0.0.1:7070/api/v1/health/$path" >"$OUT/$path" 2>&1 || exit 11
done
# shellcheck disable=SC2086
$PROBE https://127.0.0.1:7070/metrics "$root$STATE/gateway/admin.token" >"$OUT/metrics" 2>&1 || exit 12
kill -s TERM "$gateway"
status=0
wait "$gateway" || status=$?
echo "$status" >"$OUT/terminated"
