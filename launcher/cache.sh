# The agent's classes as the JDK keeps them between runs (AOT cache): it starts in a fraction of the time. Sourced by ../fleetwall.
# shellcheck shell=bash

readonly NODE_CACHE="$FLEETWALL_HOME/runner-node/target/runner-node.aot"
readonly NODE_CACHE_LOG="$FLEETWALL_HOME/target/cache.log"

# A cache that lies where it was made for is read and not written: its pages are the file's, and can be given back (docs/adr/0011). The
# JVM moves it when something else is there.
readonly CACHE_IN_PLACE="-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"

# Where a cache is to lie: drawn once for each that is made, so that nobody knows it who cannot read the file. Below the libraries and
# the program, and a multiple of 4 GiB, from which every processor decodes a class with one instruction.
cache_base() { printf '0x%x00000000' $((0x1000 + $(od -An -N2 -tu2 /dev/urandom) % 0x4000)); }

# Whether there is a cache, made after the agent's jar and every library came where they are: the JVM compares the first jar only, and
# would run what a library was before.
node_cache_fits() {
    [[ -e "$NODE_CACHE" && -z "$(find "$(jar_of runner-node)" "$FLEETWALL_HOME/runner-node/target/lib" -cnewer "$NODE_CACHE" -print -quit)" ]]
}

# The flags that use the cache, when it fits. The JVM ends when its heap has no room for the cache's objects, so that a user's own
# options do without it.
node_cache_flag() {
    [[ -z "${FLEETWALL_JAVA_OPTS:-}" ]] && node_cache_fits || return 0
    echo "-XX:AOTCache=$NODE_CACHE -XX:AOTMode=auto -Xlog:aot=off -Xlog:cds=off $CACHE_IN_PLACE"
}

# Whether a JVM with the agent's flags takes it.
node_cache_works() {
    # shellcheck disable=SC2046 # flags are words
    "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED "${NODE_FLAGS[@]}" $(FLEETWALL_JAVA_OPTS="" node_cache_flag) \
        -jar "$(jar_of runner-node)" --help >>"$NODE_CACHE_LOG" 2>&1
}

# Makes the cache where it can be made: from a run of the whole agent in namespaces of its own, with a gateway. Nothing depends on
# it, so nothing fails without it. Without the run's profiles: with them the second compiler sets to work at once.
need_node_cache() {
    ! node_cache_fits || return 0
    is_root && [[ -w "$FLEETWALL_HOME/runner-node/target" ]] || return 0
    say "preparing the agent's start (log: target/cache.log)"
    local flags="${NODE_FLAGS[*]} $(logging runner-node) -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput=$NODE_CACHE"
    # The file is for its owner, and so is the log: both name the address.
    rm -f "$NODE_CACHE_LOG"
    if ! (umask 077 && make_node_cache "$flags" >"$NODE_CACHE_LOG" 2>&1 && cache_in_pages && node_cache_works); then
        rm -f "$NODE_CACHE"
        say "the agent starts without a cache of its classes (target/cache.log says why)"
    fi
}

# Writes it again a page at a time: what is written at one go the kernel keeps in large pieces, and maps a whole piece where a word of
# it is read. Of 47 MB, 38 were resident after a look at 96 places, and 6 of what is written so.
cache_in_pages() {
    dd if="$NODE_CACHE" of="$NODE_CACHE.pages" bs=4096 status=none && mv "$NODE_CACHE.pages" "$NODE_CACHE"
}

make_node_cache() {
    # The address by the environment, which only the owner's processes see.
    JDK_JAVA_OPTIONS="-XX:SharedBaseAddress=$(cache_base)" \
        FLEETWALL_JAVA="$FLEETWALL_HOME/launcher/train.sh" FLEETWALL_IN_NAMESPACE=1 \
        FLEETWALL_FLAGS="$1 -jar $(jar_of runner-node)" FLEETWALL_SOURCES="$FLEETWALL_HOME" \
        FLEETWALL_GATEWAY="$(jar_of gateway)" FLEETWALL_NODE="$(jar_of runner-node)" \
        timeout 120 unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private -- \
        "$FLEETWALL_HOME/.mvn/java-in-namespace"
}
