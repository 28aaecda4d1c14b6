# What the machine has and lacks: JDK, programs, libraries. Sourced by ../fleetwall.
# shellcheck shell=bash

readonly JDK_WANTED=25

say() { echo "fleetwall: $*" >&2; }

# Ends with code 3: not possible here.
impossible() {
    say "$1"
    shift
    local line
    for line in "$@"; do echo "  $line" >&2; done
    exit 3
}

is_root() { [[ "$(id -u)" == 0 ]]; }

# The major version of a JDK home, by its release file: no JVM needs to start for it. 0 when it is none.
jdk_version() {
    local release="$1/release" version
    [[ -x "$1/bin/javac" && -r "$release" ]] || { echo 0; return; }
    version="$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release")"
    echo "${version:-0}"
}

# JAVA_HOME when it is new enough, else the newest below /usr/lib/jvm; empty when there is none.
find_jdk() {
    local home version best="" newest=$((JDK_WANTED - 1))
    if [[ -n "${JAVA_HOME:-}" ]] && (($(jdk_version "$JAVA_HOME") >= JDK_WANTED)); then
        echo "$JAVA_HOME"
        return
    fi
    for home in /usr/lib/jvm/*; do
        version="$(jdk_version "$home")"
        ((version > newest)) && newest=$version && best=$home
    done
    echo "$best"
}

# Whether the thing behind a package is here; packages are named as Debian and Ubuntu do.
has_package() {
    case "$1" in
        maven) command -v mvn ;;
        clang) command -v clang ;;
        libbpf-dev) [[ -e /usr/include/bpf/bpf_helpers.h ]] ;;
        linux-libc-dev) [[ -e /usr/include/linux/bpf.h ]] ;;
        libbpf1) compgen -G '/usr/lib*/libbpf.so.1' || compgen -G '/usr/lib/*/libbpf.so.1' || compgen -G '/lib/*/libbpf.so.1' ;;
        iproute2) command -v ip || [[ -x /usr/sbin/ip ]] ;;
        nftables) command -v nft || [[ -x /usr/sbin/nft ]] ;;
        tcpdump) command -v tcpdump || [[ -x /usr/bin/tcpdump ]] ;;
        dnsutils) command -v dig ;;
        iperf3) command -v iperf3 ;;
        libc6-dev) [[ -e /usr/include/stdio.h ]] ;;
        dnsdist) command -v dnsdist || [[ -x /usr/bin/dnsdist ]] ;;
        unbound) command -v unbound || [[ -x /usr/sbin/unbound ]] ;;
        dnsperf) command -v dnsperf || [[ -x /usr/bin/dnsperf ]] ;;
        knot-dnsutils) command -v kdig ;;
        ldnsutils) command -v drill ;;
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/postgres' ;;
        faketime) compgen -G '/usr/lib*/faketime/libfaketimeMT.so.1' || compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' ;;
        bpftool) command -v bpftool || [[ -x /usr/sbin/bpftool ]] ;;
        curl) command -v curl ;;
        e2fsprogs) command -v mkfs.ext4 || [[ -x /usr/sbin/mkfs.ext4 ]] ;;
        rsyslog) command -v rsyslogd || [[ -x /usr/sbin/rsyslogd ]] ;;
        rsyslog-openssl) compgen -G '/usr/lib/*/rsyslog/lmnsd_ossl.so' || compgen -G '/usr/lib*/rsyslog/lmnsd_ossl.so' ;;
        openssl) command -v openssl ;;
        procps) command -v sysctl || [[ -x /usr/sbin/sysctl ]] ;;
        python3) command -v python3 ;;
        kubernetes-client) command -v kubectl ;;
        systemd) command -v systemd-analyze ;;
        util-linux) command -v unshare && command -v nsenter && command -v flock ;;
        *) say "unknown package $1" && exit 1 ;;
    esac >/dev/null 2>&1
}

# Makes sure that packages are here: installs them as root, else says the command that would.
need() {
    local package missing=()
    for package in "$@"; do
        has_package "$package" || missing+=("$package")
    done
    ((${#missing[@]} == 0)) && return
    install_packages "${missing[@]}"
    for package in "${missing[@]}"; do
        has_package "$package" || impossible "$package was installed and still is not found"
    done
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        impossible "missing: $*" "install them (Debian's names) with this system's package manager"
    fi
    if ! is_root; then
        impossible "missing: $*" "sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    fi
    say "installing $*"
    quietly apt-get update -q
    quietly apt-get install -q -y --no-install-recommends "$@"
}

# Runs a command whose output matters only when it fails.
quietly() {
    local output
    if ! output="$(DEBIAN_FRONTEND=noninteractive "$@" 2>&1 </dev/null)"; then
        echo "$output" | tail -n 20 >&2
        impossible "failed: $*"
    fi
}

# Sets and exports JAVA_HOME; installs a JDK where the distribution has one.
need_jdk() {
    local found package
    found="$(find_jdk)"
    if [[ -z "$found" ]] && is_root && command -v apt-get >/dev/null; then
        say "no JDK $JDK_WANTED or newer in JAVA_HOME (${JAVA_HOME:-unset}) or /usr/lib/jvm; looking for a package"
        quietly apt-get update -q
        for package in "openjdk-$JDK_WANTED-jdk-headless" "temurin-$JDK_WANTED-jdk"; do
            if [[ -z "$found" && -n "$(apt-cache show "$package" 2>/dev/null)" ]]; then
                say "installing $package"
                quietly apt-get install -q -y --no-install-recommends "$package"
                found="$(find_jdk)"
            fi
        done
    fi
    [[ -n "$found" ]] || no_jdk
    export JAVA_HOME="$found"
}

no_jdk() {
    impossible "needs a JDK $JDK_WANTED or newer; none in JAVA_HOME (${JAVA_HOME:-unset}) or /usr/lib/jvm" \
        "Debian 13 and later, Ubuntu 25.10 and later: sudo apt-get install openjdk-$JDK_WANTED-jdk-headless" \
        "elsewhere: unpack a build of OpenJDK $JDK_WANTED (for example Eclipse Temurin, https://adoptium.net)" \
        "below /usr/lib/jvm, or set JAVA_HOME to where it is"
}
