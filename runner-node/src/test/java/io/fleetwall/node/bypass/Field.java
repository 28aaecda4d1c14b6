package io.fleetwall.node.bypass;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.DataPlaneConfig;
import io.fleetwall.bpf.Direction;
import io.fleetwall.bpf.Interfaces;
import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.bpf.TableSet;
import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.net.Topology;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.sniffer.Packet;
import io.fleetwall.laboratory.sniffer.Sniffer;
import io.fleetwall.node.bypass.Technique.Setting;
import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.Compilation;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.Compiler;
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.document.SourceFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the attacks take place: a runner's namespace, this node, and a far side with the attacker's
 * server, one friend whom the policy allows, and the sniffer. The uplink finishes checksums itself,
 * as with most network cards, so the far side sees what really leaves.
 */
final class Field implements AutoCloseable {
    /** The forbidden addresses and the friend's, in the order of the attackers' command line. */
    static final List<String> TARGETS =
            List.of("203.0.113.66", "2001:db8:bad::66", "192.0.2.10", "2001:db8:2::10");

    /** Default deny with a friend. */
    static final String DENY =
            """
            default: deny
            onDeny: reject
            allow:
              - { cidr: 192.0.2.10/32, ports: [443/tcp, 443/udp] }
              - { cidr: 2001:db8:2::10/128, ports: [443/tcp, 443/udp] }
              - { cidr: 192.0.2.53/32, ports: [9/udp] }
            """;

    /** The same in silence. */
    static final String DENY_SILENTLY = DENY.replace("reject", "drop");

    /** Default allow with the target denied. */
    static final String BLOCKLIST =
            """
            default: allow
            deny:
              - cidr: 203.0.113.0/24
              - cidr: 2001:db8:bad::/48
              - { cidr: 192.0.2.10/32, ports: [22/tcp, 22/udp] }
              - cidr: 2001:db8:2::ff10/128
            """;

    private static final Set<InetAddress> HOSTILE = literals(TARGETS.subList(0, 2));
    private static final Set<InetAddress> FRIENDS = literals(TARGETS.subList(2, 4));
    private static final Set<InetAddress> OWN =
            literals(List.of("10.77.1.2", "2001:db8:77:1::2", "192.0.2.254", "2001:db8:2::fe"));

    /** What the runner may call itself. */
    private static final Set<Network> RUNNERS_OWN =
            Set.of(
                    Network.of(InetAddress.ofLiteral("10.77.1.2").getAddress(), 32),
                    Network.of(InetAddress.ofLiteral("2001:db8:77:1::2").getAddress(), 128));

    private static final String RUNNER = "cell";
    private static final Path PINS = Path.of("/sys/fs/bpf/bypass");
    private static final InetSocketAddress MARKER = new InetSocketAddress("192.0.2.53", 9);

    private final Topology topology;
    private final ChildProcess sink;
    private final Sniffer sniffer;
    private DataPlane plane;
    private long revision;

    private Field(Topology topology, ChildProcess sink, Sniffer sniffer) {
        this.topology = topology;
        this.sink = sink;
        this.sniffer = sniffer;
        this.plane = DataPlane.open(new DataPlaneConfig(PINS));
    }

    static Field lay(Path logs) throws IOException {
        Attackers.compile();
        List<InetAddress> far =
                Stream.concat(TARGETS.stream(), Stream.of(MARKER.getHostString()))
                        .map(InetAddress::ofLiteral)
                        .toList();
        Topology topology = Topology.lay(far, List.of(RUNNER));
        ChildProcess sink =
                ChildProcess.speaking(
                        "sink",
                        logs.resolve("sink.log"),
                        topology.internet()
                                .enter(List.of(Attackers.sink(), "443", "80", "53", "853")));
        // Not closed: the sink says nothing more, and ends with its input.
        BufferedReader said = sink.process().inputReader();
        if (!"READY".equals(said.readLine())) {
            throw new IllegalStateException("no sink: " + sink.tail());
        }
        // Else this node's kernel drops source routes before the control could show them.
        for (String place : List.of("all", Topology.interfaceOf(RUNNER))) {
            Namespace.own().sysctl("ipv4/conf/" + place + "/accept_source_route", 1);
        }
        Sniffer sniffer =
                Sniffer.start(
                        topology.internet(), Topology.WIRE, MARKER, logs.resolve("sniffer.log"));
        Field field = new Field(topology, sink, sniffer);
        Attackers.Result result = field.node().run("no-offload", "XXXXXXXX", "-");
        if (result.outcome() != Attackers.Outcome.SENT) {
            throw new IllegalStateException(result.said());
        }
        // So that every neighbour is known, and no first packet is held up.
        for (Attackers.Post post : List.of(field.node(), field.cell())) {
            for (String technique : List.of("udp4", "udp6")) {
                post.run(technique, "FWwarmup", "9");
            }
        }
        sniffer.settle();
        return field;
    }

    /** A post on the node, as on a VM runner. */
    Attackers.Post node() {
        return new Attackers.Post(
                Namespace.own(),
                true,
                Topology.UPLINK,
                linkAddress(topology.internet(), Topology.WIRE));
    }

    /** A post in the runner's namespace, as in a container. */
    Attackers.Post cell() {
        return new Attackers.Post(
                topology.runner(RUNNER),
                true,
                "eth0",
                linkAddress(Namespace.own(), Topology.interfaceOf(RUNNER)));
    }

    Attackers.Post post(Setting setting) {
        return setting.behind() ? cell() : node();
    }

    private static String linkAddress(Namespace namespace, String interfaceName) {
        String line = namespace.ip("-o", "link", "show", "dev", interfaceName);
        List<String> words = List.of(line.split("\\s+", -1));
        return words.get(words.indexOf("link/ether") + 1);
    }

    /** Whether the policy lets a packet pass: to the friend, without detour, in the own name. */
    static boolean permitted(Packet packet) {
        boolean detour = (packet.frame()[14] & 0xff) >> 4 == 4 && packet.frame()[14] != 0x45;
        return FRIENDS.contains(packet.destination())
                && packet.destinationPort() == 443
                && OWN.contains(packet.source())
                && !detour;
    }

    /**
     * Whether a packet of the runner or of the node goes to an address that is always forbidden.
     */
    static boolean forbidden(Packet packet) {
        return HOSTILE.contains(packet.destination()) && OWN.contains(packet.source());
    }

    private static Set<InetAddress> literals(List<String> texts) {
        return texts.stream().map(InetAddress::ofLiteral).collect(Collectors.toUnmodifiableSet());
    }

    Sniffer sniffer() {
        return sniffer;
    }

    DataPlane plane() {
        return plane;
    }

    /** Index of the interface which the filter is attached to. */
    int ifindex(Setting setting) {
        return Interfaces.indexOf(name(setting));
    }

    private static String name(Setting setting) {
        return setting.behind() ? Topology.interfaceOf(RUNNER) : Topology.UPLINK;
    }

    /** Puts the filter on the setting's interface and these lines below {@code spec:} in force. */
    void enforce(Setting setting, String spec) {
        enforce(setting, spec, SlotOptions.NONE);
    }

    /** The same with options. */
    void enforce(Setting setting, String spec, SlotOptions options) {
        int ifindex = ifindex(setting);
        plane.attach(
                name(setting), ifindex, setting.behind() ? Direction.INGRESS : Direction.EGRESS);
        plane.permissions()
                .selfAddresses(
                        ifindex,
                        setting.behind()
                                ? Set.of(
                                        InetAddress.ofLiteral("10.77.1.1"),
                                        InetAddress.ofLiteral("2001:db8:77:1::1"))
                                : Set.of(
                                        InetAddress.ofLiteral("192.0.2.254"),
                                        InetAddress.ofLiteral("2001:db8:2::fe")));
        if (setting.behind()) {
            plane.permissions().sources(ifindex, RUNNERS_OWN);
        }
        revision++;
        TableSet set = plane.build(compile(spec), revision, new byte[32]);
        plane.flip(ifindex, set, options);
    }

    /** Takes the filter off. */
    void open(Setting setting) {
        plane.detach(ifindex(setting));
    }

    /** The agent ends, however it ends: its descriptors are closed, what is pinned stays. */
    void killAgent() {
        plane.close();
    }

    /** Another agent. */
    void restartAgent() {
        plane = DataPlane.open(new DataPlaneConfig(PINS));
    }

    private static CompiledPolicy compile(String spec) {
        String head =
                """
                apiVersion: fleetwall.io/v1
                kind: EgressPolicy
                metadata: { name: bypass }
                spec:
                """;
        SourceFile file = SourceFile.of("bypass.yaml", head + spec.indent(2));
        if (!(Catalogue.read(1, Instant.EPOCH, List.of(file))
                instanceof Catalogue.Reading.Read read)) {
            throw new IllegalArgumentException(spec);
        }
        Scope anybody = new Scope(new TreeSet<>(), Optional.empty());
        if (!(Compiler.compile(read.catalogue().effective(anybody))
                instanceof Compilation.Compiled compiled)) {
            throw new IllegalArgumentException(spec);
        }
        return compiled.policy();
    }

    @Override
    public void close() {
        plane.uninstall();
        sniffer.close();
        sink.close();
        topology.close();
    }
}
