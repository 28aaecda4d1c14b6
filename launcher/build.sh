# Builds what is not built, with visible progress. Sourced by ../fleetwall.
# shellcheck shell=bash

readonly BUILD_STAMP="$FLEETWALL_HOME/target/build.stamp"
readonly BUILD_LOG="$FLEETWALL_HOME/target/build.log"

# Whether anything that ends up in a jar is newer than the last build.
build_is_stale() {
    [[ -e "$BUILD_STAMP" ]] || return 0
    local newer
    newer="$(find "$FLEETWALL_HOME/pom.xml" "$FLEETWALL_HOME"/*/pom.xml "$FLEETWALL_HOME"/*/src/main "$FLEETWALL_HOME/.mvn" \
        -newer "$BUILD_STAMP" -print -quit 2>/dev/null)"
    [[ -n "$newer" ]]
}

need_build() {
    need_jdk
    build_is_stale || return 0
    need maven clang libbpf-dev linux-libc-dev util-linux
    mkdir -p "$FLEETWALL_HOME/target"
    exec 9>"$FLEETWALL_HOME/target/build.lock"
    flock -n 9 || { say "waiting for another build"; flock 9; }
    if build_is_stale; then build; fi
    exec 9>&-
}

build() {
    local started
    started="$(mktemp "$FLEETWALL_HOME/target/build.XXXXXX")"
    say "building (log: target/build.log)"
    if ! maven -Dmaven.test.skip=true package 2>&1 | tee "$BUILD_LOG" | build_progress; then
        rm -f "$started"
        say "the build failed:"
        grep -E '^\[ERROR\]' "$BUILD_LOG" | head -n 40 >&2 || tail -n 40 "$BUILD_LOG" >&2
        exit 1
    fi
    # The stamp carries the time of the build's start: what was edited meanwhile is built next time.
    mv "$started" "$BUILD_STAMP"
    need_node_cache
}

maven() {
    (cd "$FLEETWALL_HOME" && mvn -B -ntp "$@" 9>&-)
}

# Shows "3/9 bpf" for each module that Maven begins: on a terminal in one line that changes.
build_progress() {
    local line module terminal=no
    [[ -t 2 ]] && terminal=yes
    while IFS= read -r line; do
        [[ "$line" =~ Building\ Fleetwall\ ([a-z-]+).*\[([0-9]+/[0-9]+)\] ]] || continue
        module="${BASH_REMATCH[2]} ${BASH_REMATCH[1]}"
        if [[ $terminal == yes ]]; then printf '\r\033[K  %s' "$module" >&2; else echo "  $module" >&2; fi
    done
    [[ $terminal == no ]] || printf '\r\033[K' >&2
}
