# Runs all tests, and then looks for what they left behind. Sourced by ../fleetwall.
# shellcheck shell=bash

readonly TEST_LOG="$FLEETWALL_HOME/target/test.log"

run_tests() {
    FLEETWALL_COMMAND=test need_root "the test suite"
    need_jdk
    need maven clang libbpf-dev linux-libc-dev util-linux libbpf1 iproute2 bpftool procps curl nftables tcpdump dnsutils knot-dnsutils ldnsutils python3 kubernetes-client systemd postgresql faketime rsyslog rsyslog-openssl openssl e2fsprogs
    need_namespaces
    mkdir -p "$FLEETWALL_HOME/target"
    rm -rf "$FLEETWALL_HOME"/*/target/surefire-reports

    local before after status=0 stamp
    # Every process of this run inherits the mark, so whoever has it afterwards was left behind.
    FLEETWALL_TEST_RUN="$$-$(date +%s%N)"
    export FLEETWALL_TEST_RUN
    before="$(kernel_objects)"
    stamp="$(mktemp "$FLEETWALL_HOME/target/build.XXXXXX")"
    say "testing (log: target/test.log)"
    # A failing test fails the run but hides no module's tests behind it: the log's errors are read instead.
    maven --fail-at-end verify -Dmaven.test.failure.ignore=true "$@" 2>&1 | tee "$TEST_LOG" | test_progress || status=1
    ! grep -q '^\[ERROR\]' "$TEST_LOG" || status=1
    if ((status == 0)); then mv "$stamp" "$BUILD_STAMP"; else rm -f "$stamp"; test_failures; fi
    after="$(kernel_objects)"
    report_leaks "$before" "$after" || status=1
    report_counts || status=1
    exit $status
}

# What tests could leave in the kernel: named network namespaces, and pins.
kernel_objects() {
    { ls /run/netns /var/run/netns 2>/dev/null; find /sys/fs/bpf -mindepth 1 2>/dev/null; } | sort -u
}

left_processes() {
    local file pid
    for file in /proc/[0-9]*/environ; do
        pid="${file//[!0-9]/}"
        [[ "$pid" == "$$" || "$pid" == "$BASHPID" ]] && continue
        grep -qsz "^FLEETWALL_TEST_RUN=$FLEETWALL_TEST_RUN\$" "$file" || continue
        echo "process $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-160)"
    done
}

report_leaks() {
    local leaks processes
    leaks="$(comm -13 <(echo "$1") <(echo "$2"))"
    # In a file, not in a pipeline: its own processes would carry the mark.
    left_processes >"$FLEETWALL_HOME/target/left-processes"
    processes="$(cat "$FLEETWALL_HOME/target/left-processes")"
    [[ -z "$leaks$processes" ]] && return 0
    say "left behind by the tests:"
    printf '%s\n' "$leaks" "$processes" | sed '/^$/d; s/^/  /' >&2
    return 1
}

# Module and suite lines of Maven's output, as they come.
test_progress() {
    local line
    while IFS= read -r line; do
        if [[ "$line" =~ Building\ Fleetwall\ ([a-z-]+).*\[([0-9]+/[0-9]+)\] ]]; then
            echo "  ${BASH_REMATCH[2]} ${BASH_REMATCH[1]}"
        elif [[ "$line" =~ Tests\ run:\ .*\ --\ in ]]; then
            echo "      ${line#\[*\] }"
        fi
    done
}

test_failures() {
    say "failures:"
    grep -E '^\[ERROR\]' "$TEST_LOG" | head -n 80 >&2 || tail -n 40 "$TEST_LOG" >&2
}

# Sums up surefire's reports: the one line that counts. A skipped test fails the run.
report_counts() {
    local reports counts passed failed skipped
    reports="$(compgen -G "$FLEETWALL_HOME/*/target/surefire-reports/TEST-*.xml" || true)"
    # shellcheck disable=SC2086 # paths of ours, without spaces only if the home has none: hence xargs
    counts="$(printf '%s' "$reports" | xargs -r -d '\n' awk '
        /<testsuite / {
            tests += value("tests"); failed += value("errors") + value("failures"); skipped += value("skipped")
        }
        function value(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3) + 0 : 0 }
        END { print tests - failed - skipped, failed + 0, skipped + 0 }')"
    read -r passed failed skipped <<<"${counts:-0 0 0}"
    ((skipped == 0)) || skipped_tests
    echo "$passed passed, $failed failed, $skipped skipped"
    ((passed > 0 && failed == 0 && skipped == 0))
}

skipped_tests() {
    say "skipped tests (each must run here or be removed):"
    grep -h -B1 '<skipped' "$FLEETWALL_HOME"/*/target/surefire-reports/TEST-*.xml |
        sed -n 's/.*<testcase name="\([^"]*\)" classname="\([^"]*\)".*/  \2 \1/p' >&2
}
