package io.fleetwall.load.dns;

import io.fleetwall.load.result.Commands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the servers stand: a namespace that asks, this one with the servers, and one with the
 * upstream; cables between them.
 *
 * <p>Fleetwall's runner has a cable of its own, since the packet filter on it lets nothing through
 * to the others. The cables are alike.
 *
 * @param tools where the compiled load generator and stub are
 */
record Field(Path tools) {
    static final String RUNNER = "fwrunner";
    static final String NODE = "10.90.0.1";
    static final String PEERS = "10.90.1.1";
    static final String UPSTREAM = "10.90.2.2";
    static final int UPSTREAM_PORT = 53;

    /** Lays the cables and compiles the programs. */
    static Field prepare(Path sources, Path tools) {
        for (String name : List.of("dnsload", "dnsstub")) {
            Commands.run(
                    "clang -O2 -o " + tools.resolve(name) + " " + sources.resolve(name + ".c"));
        }
        Commands.all("ip netns add load", "ip netns add upstream");
        cable(RUNNER, "load", "job", "10.90.0");
        cable("fwpeers", "load", "peers0", "10.90.1");
        cable("fwupstream", "upstream", "up0", "10.90.2");
        return new Field(tools);
    }

    private static void cable(String near, String namespace, String far, String network) {
        Commands.all(
                "ip link add " + near + " type veth peer name " + far + " netns " + namespace,
                "ip addr add " + network + ".1/24 dev " + near,
                "ip link set " + near + " up",
                "ip -n " + namespace + " addr add " + network + ".2/24 dev " + far,
                "ip -n " + namespace + " link set " + far + " up");
    }

    /** A command on one core in the asking namespace. */
    static List<String> asking(int core, List<String> command) {
        return in("load", core, command);
    }

    /** A command on one core in the upstream's namespace. */
    static List<String> upstream(int core, List<String> command) {
        return in("upstream", core, command);
    }

    private static List<String> in(String namespace, int core, List<String> command) {
        List<String> words = new ArrayList<>();
        words.add("nsenter");
        words.add("--net=/run/netns/" + namespace);
        words.addAll(pinned(core, command));
        return words;
    }

    /** A command on one core. */
    static List<String> pinned(int core, List<String> command) {
        List<String> words =
                new ArrayList<>(List.of("taskset", "--cpu-list", Integer.toString(core)));
        words.addAll(command);
        return words;
    }
}
