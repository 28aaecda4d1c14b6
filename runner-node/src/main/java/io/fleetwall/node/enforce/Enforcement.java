package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BootClock;
import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.DataPlaneConfig;
import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.node.config.Roster;
import io.fleetwall.node.dns.warm.Warmer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What all runners of a node share: the data plane, the table sets, the names, the fleet's keys.
 * Closing it leaves everything in the kernel in force.
 */
public final class Enforcement implements AutoCloseable {
    private final NodeConfig config;
    private final Roster roster;
    private final DataPlane plane;
    private final NameBook names;
    private final TableSets sets;
    private final FleetKeys keys;
    private final InstantSource clock;
    private final Map<Integer, RunnerView> views = new ConcurrentHashMap<>();
    private final LinkBook links = new LinkBook();
    private final Aliases aliases = new Aliases();
    private volatile boolean redirected;
    private volatile Optional<GatewaySilence> silence = Optional.empty();
    private volatile Optional<Warmer> warmer = Optional.empty();

    private Enforcement(
            NodeConfig config,
            DataPlane plane,
            NameBook names,
            FleetKeys keys,
            InstantSource clock) {
        this.config = config;
        this.roster = new Roster(config.runners());
        this.plane = plane;
        this.names = names;
        this.keys = keys;
        this.clock = clock;
        this.sets = new TableSets(plane, names, BootClock::nanos);
    }

    /**
     * Adopts or loads the data plane. Interfaces an earlier agent attached stay judged as they are.
     *
     * @throws io.fleetwall.bpf.BpfException naming what the kernel lacks, or another agent
     */
    public static Enforcement open(NodeConfig config, FleetKeys keys, InstantSource clock)
            throws IOException {
        DataPlane plane = DataPlane.open(new DataPlaneConfig(config.pins()));
        try {
            int[] used =
                    plane.tableSets().stream()
                            .flatMapToInt(set -> IntStream.of(set.toldNames()))
                            .sorted()
                            .toArray();
            NameBook names = NameBook.open(config.state().resolve("names"), used);
            return new Enforcement(config, plane, names, keys, clock);
        } catch (IOException | RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    /** The redirect of port 53 is in force, so port 53 may pass towards it. */
    public void redirected() {
        redirected = true;
    }

    /** From now on, names that a policy adds are asked before it is in force. */
    public void warmedBy(Warmer asking) {
        warmer = Optional.of(asking);
    }

    /** From now on no policy is restored after a silence that was too long. */
    public void listensFor(GatewaySilence gateway) {
        silence = Optional.of(gateway);
    }

    /** Whether nothing may pass because no gateway was heard for too long. */
    public boolean lockedDown() {
        return silence.filter(GatewaySilence::tooLong).isPresent();
    }

    Optional<Warmer> warmer() {
        return warmer;
    }

    /**
     * Frees tables of an earlier agent that no runner took over. After all runners have started.
     */
    public void discardAdopted() {
        sets.discardAdopted();
    }

    /** Writes down the names that were learned since. */
    public void keepNames() throws IOException {
        names.write();
    }

    /** Removes long expired addresses. */
    public void forgetExpired() {
        sets.forgetExpired();
    }

    /** The data plane, for counters and events. */
    public DataPlane plane() {
        return plane;
    }

    /** Table sets in use. */
    public int tableSets() {
        return sets.size();
    }

    /** Addresses learned from DNS. */
    public int learned() {
        return sets.learned();
    }

    TableSets sets() {
        return sets;
    }

    FleetKeys keys() {
        return keys;
    }

    InstantSource clock() {
        return clock;
    }

    LongSupplier boottime() {
        return BootClock::nanos;
    }

    Path state() {
        return config.state();
    }

    Map<Integer, RunnerView> views() {
        return views;
    }

    /** The machine's interfaces; empty until they are watched. */
    LinkBook links() {
        return links;
    }

    /** Over which names the runners' names led to their addresses. */
    Aliases aliases() {
        return aliases;
    }

    /** Interfaces that runners have in the configuration. */
    Set<String> interfaces() {
        return roster.now().stream()
                .map(NodeConfig.Runner::interfaceName)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The runners there are. */
    public Roster roster() {
        return roster;
    }

    SlotOptions options(Direction direction) {
        return switch (direction) {
            case INGRESS ->
                    redirected ? SlotOptions.of(SlotOptions.Flag.DNS_REDIRECT) : SlotOptions.NONE;
            // A machine's questions are redirected before they reach the filter: what still asks
            // elsewhere there was not.
            case EGRESS -> SlotOptions.NONE;
        };
    }

    @Override
    public void close() throws IOException {
        plane.close();
        names.close();
    }
}
