# Runs the programs, each with the JVM flags that fit it. Sourced by ../fleetwall.
# shellcheck shell=bash

readonly VERSION="0.1.0-SNAPSHOT"

jar_of() { echo "$FLEETWALL_HOME/$1/target/$1-$VERSION.jar"; }

# Replaces this process by a JVM: flags, then -- and the module, then its arguments.
exec_java() {
    local flags=() share=(-Xshare:auto)
    while [[ "$1" != -- ]]; do flags+=("$1"); shift; done
    local module="$2"
    shift 2
    # The JVM takes one archive or the other.
    [[ " ${flags[*]} " != *" -XX:AOTCache="* ]] || share=()
    # shellcheck disable=SC2086 # the user's options are words
    exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED "${share[@]}" "-Dfleetwall.home=$FLEETWALL_HOME" \
        "${flags[@]}" ${FLEETWALL_JAVA_OPTS:-} -jar "$(jar_of "$module")" "$@"
}

# Logging of a program: its own file in conf/ when there is one.
logging() {
    local file="$FLEETWALL_HOME/conf/logback-$1.xml"
    [[ -e "$file" ]] && echo "-Dlogback.configurationFile=$file" || echo "-Dfleetwall.logging=default"
}

# Short-lived: the first compiler and the serial collector start fastest.
run_cli() {
    need_build
    exec_java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -- cli "$@"
}

# The second compiler waits for what is called often for long: four to six times the defaults.
readonly LATE_COMPILER=(-XX:Tier4InvocationThreshold=30000 -XX:Tier4MinInvocationThreshold=6000
    -XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=240000)

# Acknowledgements and events die young: the parallel collector does that with the least CPU, and its barriers cost the event
# loops less than G1's with its refinement threads. Netty reaches its direct buffers by Unsafe, as in the agent: without, each byte
# is read through an object of its own, and the event loops need a fifth more.
readonly GATEWAY_FLAGS=(-XX:MaxRAMPercentage=50 -XX:+UseParallelGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError
    "${LATE_COMPILER[@]}" --sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false)

run_gateway() {
    need_build
    (($# > 0)) || set -- --config "$FLEETWALL_HOME/conf/gateway.yaml"
    [[ " $* " != *" --node "* ]] || run_all_in_one "$@"
    exec_java "${GATEWAY_FLAGS[@]}" "$(logging gateway)" -- gateway "$@"
}

# The agent is found by its name: both programs are on the class path, and Logback need not tell of two default settings.
run_all_in_one() {
    need libbpf1 nftables
    # shellcheck disable=SC2086 # the user's options are words
    exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Xshare:auto "-Dfleetwall.home=$FLEETWALL_HOME" \
        "${GATEWAY_FLAGS[@]}" "$(logging gateway)" \
        -Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener ${FLEETWALL_JAVA_OPTS:-} \
        -cp "$(jar_of gateway):$(jar_of runner-node)" io.fleetwall.gateway.Gateway "$@"
}

# At most 128 MB resident on a machine that belongs to builds: a small young generation, an old one that shrinks, and
# freed native memory given back. The old generation that -Xms leaves beside -Xmn has room for the objects in the AOT cache (3 MB): a
# JVM that cannot load these ends. The second compiler took two fifths of the CPU of a start.
# The last four keep the JVM from making classes while it starts: Netty frees its buffers by Unsafe and not by foreign calls of its own,
# and what reflection calls, it calls natively.
readonly NODE_FLAGS=(-Xms16m -Xmx64m -Xmn8m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:MinHeapFreeRatio=5
    -XX:MaxHeapFreeRatio=10 -XX:SoftRefLRUPolicyMSPerMB=50 -XX:TrimNativeHeapInterval=5000 -XX:+ExitOnOutOfMemoryError "${LATE_COMPILER[@]}"
    --sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false -Djdk.reflect.useNativeAccessorOnly=true -XX:-UsePerfData)

# One arena of the C library for all threads, and a mapping of its own for what the compiler takes for a moment: freed memory stayed
# resident in an arena of each thread, 50 MB of it.
readonly NODE_ENVIRONMENT=(MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=24576)

run_node() {
    need_build
    need libbpf1 nftables
    export "${NODE_ENVIRONMENT[@]}"
    (($# > 0)) || set -- --config "$FLEETWALL_HOME/conf/runner-node.yaml"
    # shellcheck disable=SC2046 # words, or nothing
    exec_java "${NODE_FLAGS[@]}" $(node_cache_flag) "$(logging runner-node)" -- runner-node "$@"
}

# The demo lives in network, mount and process namespaces of its own, which end with it however it ends.
run_demo() {
    local argument
    for argument in "$@"; do
        [[ "$argument" == --help || "$argument" == -h ]] && { need_build; exec_java -- laboratory demo --help; }
    done
    need_root "the demo"
    need_build
    need util-linux libbpf1 iproute2 nftables tcpdump
    need_namespaces
    need_kernel
    # shellcheck disable=SC2086 # the user's options are words
    FLEETWALL_JAVA="$JAVA_HOME/bin/java" FLEETWALL_IN_NAMESPACE=1 \
        exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private -- \
        "$FLEETWALL_HOME/.mvn/java-in-namespace" --enable-native-access=ALL-UNNAMED -Xshare:auto -Xmx256m -XX:+UseSerialGC \
        -XX:TieredStopAtLevel=1 -XX:-UsePerfData "-Dfleetwall.home=$FLEETWALL_HOME" -Djava.io.tmpdir=/run \
        ${FLEETWALL_JAVA_OPTS:-} -jar "$(jar_of laboratory)" demo "$@"
}

need_root() {
    is_root || impossible "$1 needs root, which has" \
        "CAP_SYS_ADMIN to make network namespaces, CAP_BPF and CAP_NET_ADMIN to load and attach the packet filter" \
        "run: sudo ./fleetwall ${FLEETWALL_COMMAND:-demo}" \
        "the gateway and the policy tools need no root"
}

need_namespaces() {
    local why
    why="$(unshare --net --mount --pid --fork --kill-child --mount-proc -- \
        sh -c 'mount -t bpf bpf /sys/fs/bpf && ip link set lo up' 2>&1)" && return
    impossible "namespaces with a BPF file system cannot be made here: $why" \
        "this needs CAP_SYS_ADMIN and CAP_NET_ADMIN, and a kernel with CONFIG_NET_NS, CONFIG_BPF_SYSCALL" \
        "in a container: docker run --privileged; ./fleetwall doctor names what the kernel lacks"
}

# Root and namespaces are not all: the doctor names what else the kernel lacks.
need_kernel() {
    local gaps
    gaps="$(run_cli doctor --only kernel)" || impossible "this kernel lacks what the packet filter needs" "$gaps"
}

# Without arguments: the list of benchmarks.
run_bench() {
    [[ "${1:-}" != bpf && "${1:-}" != rollout && "${1:-}" != events ]] || run_bench_in_namespace "$@"
    [[ "${1:-}" != dns ]] || run_bench_dns "$@"
    need_build
    exec_java -- load-tests "$@"
}

# Programs, pins and interfaces live in namespaces which end with the benchmark.
run_bench_in_namespace() {
    FLEETWALL_COMMAND="bench $1" need_root "this benchmark"
    need_build
    need util-linux libbpf1 iproute2 bpftool iperf3 nftables
    [[ "$1" != events ]] || need postgresql
    need_namespaces
    need_kernel
    # shellcheck disable=SC2086 # the user's options are words
    FLEETWALL_JAVA="$JAVA_HOME/bin/java" FLEETWALL_IN_NAMESPACE=1 \
        exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private -- \
        "$FLEETWALL_HOME/.mvn/java-in-namespace" --enable-native-access=ALL-UNNAMED -Xshare:auto -Xmx512m -XX:+UseSerialGC \
        "-Dfleetwall.home=$FLEETWALL_HOME" "-Dfleetwall.gateway.flags=${GATEWAY_FLAGS[*]}" ${FLEETWALL_JAVA_OPTS:-} -jar "$(jar_of load-tests)" "$@"
}

# The same, with the servers it compares.
run_bench_dns() {
    FLEETWALL_COMMAND="bench dns" need_root "the benchmark of the DNS proxy"
    need_build
    need util-linux libbpf1 iproute2 nftables clang libc6-dev dnsdist unbound dnsperf
    need_namespaces
    need_kernel
    need_node_cache
    (($(nproc) >= 2)) || impossible "the benchmark needs two cores: one asks, one answers"
    # shellcheck disable=SC2086 # the user's options are words
    FLEETWALL_JAVA="$JAVA_HOME/bin/java" FLEETWALL_IN_NAMESPACE=1 \
        exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private -- \
        "$FLEETWALL_HOME/.mvn/java-in-namespace" --enable-native-access=ALL-UNNAMED -Xshare:auto -Xmx256m -XX:+UseSerialGC \
        -XX:TieredStopAtLevel=1 "-Dfleetwall.home=$FLEETWALL_HOME" -Djava.io.tmpdir=/run \
        "-Dfleetwall.node.environment=${NODE_ENVIRONMENT[*]}" \
        "-Dfleetwall.node.flags=--enable-native-access=ALL-UNNAMED ${NODE_FLAGS[*]} $(node_cache_flag) $(logging runner-node)" \
        ${FLEETWALL_JAVA_OPTS:-} -jar "$(jar_of load-tests)" "$@"
}

show_version() {
    local commit jdk
    commit="$(git -C "$FLEETWALL_HOME" rev-parse --short HEAD 2>/dev/null || echo unknown)"
    jdk="$(find_jdk)"
    echo "fleetwall $VERSION (commit $commit, JDK ${jdk:-none}, Linux $(uname -r))"
}
