package io.fleetwall.bpf;

import io.fleetwall.policy.compiled.CompiledPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The kernel part of a node: one program on any number of interfaces, table sets beside each other,
 * and one word per interface that says which is in force.
 *
 * <p>Everything is pinned. Closing this object, or dying, leaves the last policy in force; opening
 * it again adopts what is there without touching it. Only {@link #uninstall} takes it away. Safe
 * for use by many threads; calls are short but for {@link #build}.
 */
public final class DataPlane implements AutoCloseable {
    private final PinDirectory pins;
    private final Predecessors predecessors;
    private final Attachment.Hook hook;
    private final Installation installation;
    private final Slots slots;
    private final Runners runners;
    private final TableSets tableSets;
    private final FlowTables flows;
    private final Permissions permissions;
    private final Telemetry telemetry;
    private final Undertakings undertakings = new Undertakings();

    private DataPlane(
            PinDirectory pins,
            Predecessors predecessors,
            Installation installation,
            Attachment.Hook hook) {
        this.pins = pins;
        this.predecessors = predecessors;
        this.hook = hook;
        this.installation = installation;
        this.slots = Slots.map(installation.map("slots"));
        this.runners =
                new Runners(
                        new RunnerPlaces(installation.map("runners")),
                        new Hookup(pins, installation),
                        slots,
                        predecessors);
        this.tableSets = new TableSets(installation, pins, slots);
        this.flows = new FlowTables(installation.map("flows"), installation.map("flow_secret"));
        this.permissions = new Permissions(this, installation);
        this.telemetry = new Telemetry(installation, pins);
    }

    /**
     * Begins, on a thread of its own, with what {@link #open} needs of the JVM and not of the
     * kernel: the way into C. Of no use but to be sooner; fails nothing.
     */
    public static void prepare() {
        Thread.ofPlatform()
                .name("prepare")
                .daemon()
                .start(() -> Libc.PAGE_SIZE.require("this machine"));
    }

    /**
     * Loads and pins the program, or adopts what is pinned.
     *
     * @throws BpfException naming what is missing; EAGAIN from {@code flock} when another agent has
     *     the directory open
     */
    public static DataPlane open(DataPlaneConfig config) {
        return open(config, KernelObject.LAYOUT_VERSION);
    }

    /** As an agent with another layout version would. */
    static DataPlane open(DataPlaneConfig config, int layoutVersion) {
        requireLibrary();
        PinDirectory pins = PinDirectory.open(config.pinDirectory(), layoutVersion);
        Predecessors predecessors;
        Installation installation;
        try {
            predecessors = new Predecessors(pins);
            installation = Installation.open(pins);
        } catch (RuntimeException e) {
            pins.close();
            throw e;
        }
        try {
            DataPlane plane = new DataPlane(pins, predecessors, installation, config.hook());
            plane.adopt();
            return plane;
        } catch (RuntimeException e) {
            installation.close();
            pins.close();
            throw e;
        }
    }

    private void adopt() {
        try {
            runners.adopt();
            runners.all().forEach(attachment -> flows.give(attachment.slot()));
            tableSets.adopt();
        } catch (RuntimeException e) {
            telemetry.close();
            throw e;
        }
    }

    /** Fails as this package fails, and not as a class that cannot be initialised. */
    private static void requireLibrary() {
        try {
            Libbpf.POSSIBLE_CPUS.require("this machine");
        } catch (ExceptionInInitializerError e) {
            if (e.getCause() instanceof BpfException missing) {
                throw missing;
            }
            throw e;
        }
    }

    /** Whether the program and maps stood before this call of {@link #open}. */
    public boolean adopted() {
        return installation.adopted();
    }

    /** The kernel's id of the program. */
    public synchronized int programId() {
        return ProgramInfo.of(installation.programs().judge().number()).id();
    }

    /** The kernel's hash of the program, 16 hex digits. */
    public synchronized String programTag() {
        return ProgramInfo.of(installation.programs().judge().number()).tag();
    }

    /**
     * Puts an interface under the program. Until its first {@link #flip} everything but ARP and
     * neighbour discovery is dropped. An attached one is returned as it is.
     */
    public synchronized Attachment attach(String interfaceName, int ifindex, Direction direction) {
        requireOpen();
        LinkKind kind = Interfaces.kindOf(interfaceName);
        Attachment attachment =
                runners.attach(
                        new Attachment(
                                interfaceName, ifindex, direction, kind, hook, /* slot= */ 0));
        flows.give(attachment.slot());
        return attachment;
    }

    /** Everything attached, by ifindex; adopted ones included. */
    public synchronized List<Attachment> attachments() {
        return runners.all();
    }

    /** Takes an interface from under the program: its packets are judged no more. */
    public synchronized void detach(int ifindex) {
        requireOpen();
        flows.take(runners.require(ifindex).slot());
        runners.detach(ifindex);
        permissions.forget(ifindex);
    }

    /**
     * Builds the tables of a policy beside those in force, and reads them back. Waits for the
     * kernel: tens of milliseconds.
     *
     * @param digest of the policy, 32 bytes
     */
    public TableSet build(CompiledPolicy policy, long revision, byte[] digest) {
        TableSets.Place place = begin(() -> tableSets.reserve(policy, revision, digest));
        try {
            TableSet set = tableSets.fill(place, policy);
            synchronized (this) {
                tableSets.add(set);
            }
            return set;
        } finally {
            end(place.index());
        }
    }

    /** Begins what waits for the kernel outside of the lock: others flip meanwhile. */
    private synchronized <T> T begin(Supplier<T> first) {
        undertakings.begin();
        try {
            return first.get();
        } catch (RuntimeException e) {
            undertakings.end();
            throw e;
        }
    }

    private void end(int index) {
        synchronized (this) {
            tableSets.done(index);
        }
        undertakings.end();
    }

    /** Whether tables are being filled or freed. */
    boolean building() {
        return undertakings.underWay();
    }

    /** Every table set, by index; adopted ones included. */
    public synchronized List<TableSet> tableSets() {
        return tableSets.all();
    }

    /**
     * Compares the kernel's tables with what was put there, from where the last call's budget
     * ended.
     *
     * @param budget an entry takes less than a microsecond
     */
    public synchronized Verification verify(TableSet set, Duration budget) {
        requireOpen();
        return tableSets.verify(set, budget);
    }

    /**
     * Puts a table set in force on an interface: one 8-byte store. Where the agent of an older
     * layout still judges, the first one also hooks our program in and takes the older away.
     */
    public synchronized SlotState flip(int ifindex, TableSet set, SlotOptions options) {
        requireOpen();
        Attachment attachment = runners.require(ifindex);
        if (!tableSets.owns(set)) {
            throw new IllegalArgumentException(set + " is not of this data plane");
        }
        SlotWord word =
                SlotWord.of(
                        set.meta().generation(), set.index(), set.meta().policy() | options.bits());
        runners.force(attachment, word);
        return SlotState.of(ifindex, set, word);
    }

    /** What is in force on an attached interface; empty before its first flip. */
    public synchronized Optional<SlotState> slot(int ifindex) {
        requireOpen();
        SlotWord word = slots.get(runners.require(ifindex).slot());
        return tableSets.at(word.tableSet()).map(set -> SlotState.of(ifindex, set, word));
    }

    /**
     * Frees a table set.
     *
     * @throws IllegalStateException while an interface has it in force
     */
    public void release(TableSet set) {
        TableSet taken =
                begin(() -> {
                    tableSets.take(set);
                    return set;
                });
        try {
            tableSets.free(taken);
        } finally {
            end(taken.index());
        }
    }

    /** Whether an interface is still attached as it was; asks the kernel, some microseconds. */
    public synchronized AttachmentState attached(int ifindex) {
        requireOpen();
        return runners.check(ifindex);
    }

    /**
     * Attaches an interface again, in its own slot, after somebody meddled with it. Tries for half
     * a second at most.
     *
     * @return how it is then: {@link AttachmentState#INTACT}, or it takes another call
     * @throws BpfException ENODEV when the interface is gone
     */
    public synchronized AttachmentState repair(int ifindex) {
        requireOpen();
        return runners.repair(ifindex);
    }

    /** What packets pass by without the policy being asked. */
    public Permissions permissions() {
        return permissions;
    }

    /** What the kernel part tells of itself. */
    public Telemetry telemetry() {
        return telemetry;
    }

    /** Its programs, on frames without a network. */
    public TestRuns tests() {
        return new TestRuns(this);
    }

    /** The programs as loaded, for runs and tail calls. */
    synchronized LoadedPrograms programs() {
        requireOpen();
        return installation.programs();
    }

    /** An attached interface. */
    synchronized Attachment attachment(int ifindex) {
        requireOpen();
        return runners.require(ifindex);
    }

    /** Removes links, program and maps. The only call after which nothing is judged. */
    public void uninstall() {
        requireOpen();
        if (undertakings.close()) {
            removeAll();
        }
    }

    private synchronized void removeAll() {
        telemetry.settle(); // what it pins goes as well
        runners.all().forEach(attachment -> runners.detach(attachment.ifindex()));
        predecessors.removeAll();
        pins.removeAll();
        pins.removeRoot();
        letGo();
    }

    void requireOpen() {
        undertakings.requireOpen();
    }

    /** Lets go of everything and leaves it in force. */
    @Override
    public void close() {
        if (undertakings.close()) {
            letGo();
        }
    }

    private synchronized void letGo() {
        telemetry.close();
        runners.close();
        tableSets.close();
        slots.close();
        installation.close();
        pins.close();
    }
}
