# Makes $root: this machine's programs read-only, nothing writable. Sourced in a mount namespace of its own.
# shellcheck shell=bash

# An empty directory is all that is left of it when the namespace ends.
root="$OUT/root"
mkdir "$root"
mount -t tmpfs root "$root"
for entry in /*; do
    [[ -L $entry ]] && { cp -P "$entry" "$root$entry"; continue; }
    [[ -d $entry ]] || continue
    mkdir -p "$root$entry"
    case "$entry" in
        /proc | /sys | /run | /var | /tmp | /etc | /lost+found) ;;
        /dev) mount --rbind /dev "$root/dev" ;;
        *) mount --bind "$entry" "$root$entry" && mount -o remount,bind,ro "$root$entry" ;;
    esac
done
cp -a /etc/. "$root/etc"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"

# Nothing more can be made in it. The repository comes last: it may lie below what was mounted since (/tmp).
close_root() {
    if [[ ! -e $root$REPOSITORY/pom.xml ]]; then
        mkdir -p "$root$REPOSITORY"
        mount --bind "$REPOSITORY" "$root$REPOSITORY"
    fi
    mount -o remount,bind,ro "$root"
}
# Whether the program whose process and log these are says a word; false when it ends before. On a busy machine it may not have
# opened its log yet.
says() { : >>"$2"; timeout 60 tail -n +1 -f --pid="$1" "$2" | grep -q -m1 "$3"; }
