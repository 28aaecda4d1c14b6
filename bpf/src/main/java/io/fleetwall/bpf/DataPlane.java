package io.fleetwall.bpf;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.verdict.Reason;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    private final Counters counters;
    private final Counters faults;
    private @Nullable Processes processes;
    private Optional<BpfException> unattributed = Optional.empty();
    private @Nullable EventReader events;
    private boolean closed;

    /** Calls that wait for the kernel outside of the lock. */
    private int waiting;

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
        this.permissions = new Permissions(installation);
        this.counters = new Counters(installation.map("counters"));
        this.faults = new Counters(installation.map("faults"));
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
            plane.runners.adopt();
            plane.runners.all().forEach(attachment -> plane.flows.give(attachment.slot()));
            plane.tableSets.adopt();
            plane.attribute();
            return plane;
        } catch (RuntimeException e) {
            installation.close();
            pins.close();
            throw e;
        }
    }

    /** Enforcement needs none of it, so whatever is missing is only told. */
    private void attribute() {
        try {
            processes = Processes.open(pins);
        } catch (BpfException e) {
            unattributed = Optional.of(e);
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
        permissions.self.replace(ifindex, Set.of());
        permissions.sources.replace(ifindex, Set.of());
        permissions.inbound.replace(ifindex, Set.of());
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
        requireOpen();
        T begun = first.get();
        waiting++;
        return begun;
    }

    /** Whether something has begun and not ended. */
    synchronized boolean building() {
        return waiting > 0;
    }

    private synchronized void end(int index) {
        tableSets.done(index);
        waiting--;
        notifyAll();
    }

    /** Lets nothing begin any more, and waits for what has begun; false when it was closed. */
    private synchronized boolean shut() {
        if (closed) {
            return false;
        }
        closed = true;
        boolean interrupted = false;
        while (waiting > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // tens of milliseconds; the tables must not be left in half
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return true;
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
        return state(ifindex, set, word);
    }

    /** What is in force on an attached interface; empty before its first flip. */
    public synchronized Optional<SlotState> slot(int ifindex) {
        requireOpen();
        SlotWord word = slots.get(runners.require(ifindex).slot());
        return tableSets.at(word.tableSet()).map(set -> state(ifindex, set, word));
    }

    private static SlotState state(int ifindex, TableSet set, SlotWord word) {
        return new SlotState(
                ifindex,
                word.generation(),
                set.revision(),
                set.digest(),
                word.mode(),
                SlotOptions.ofBits(word.flags()),
                word.bits());
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

    /**
     * Tells the program the interface's own addresses, where the DNS proxy listens. Over an uplink
     * only these, {@link #sources} and link-local ones may send: without them a machine is silent
     * but for ARP, DHCP and the agent, and each denial says {@code SOURCE_SPOOFED}.
     */
    public synchronized void selfAddresses(int ifindex, Set<InetAddress> addresses) {
        requireOpen();
        runners.require(ifindex);
        permissions.self.replace(ifindex, addresses);
    }

    /**
     * Says which networks may send over an interface: those of a container's link, or those that an
     * uplink forwards for without translation. None, as at first: a container may send in any name,
     * an uplink in its own.
     */
    public synchronized void sources(int ifindex, Set<Network> networks) {
        requireOpen();
        runners.require(ifindex);
        permissions.sources.replace(ifindex, networks);
    }

    /**
     * Lists the ports that may be called over an uplink; their answers pass, whatever the policy.
     * None at first. A port that is listed no more is silent at once.
     *
     * @throws IllegalArgumentException for the host side of a container's link: who is contained
     *     answers by rule only
     */
    public synchronized void inbound(int ifindex, Set<InboundPort> ports) {
        requireOpen();
        if (runners.require(ifindex).direction() != Direction.EGRESS && !ports.isEmpty()) {
            throw new IllegalArgumentException("interface " + ifindex + " is no uplink");
        }
        permissions.inbound.replace(ifindex, ports);
    }

    /** The ports that may be called over an uplink, adopted ones included. */
    public synchronized Set<InboundPort> inbound(int ifindex) {
        requireOpen();
        runners.require(ifindex);
        return permissions.inbound.of(ifindex);
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

    /**
     * Says which control group's sockets are the agent's own: on uplinks they send where they want.
     * Stays when the agent dies; its sockets do not.
     *
     * @param controlGroup its id in the unified hierarchy, the inode number of its directory; 0 for
     *     none. Never the root group: kernel sockets belong to it.
     */
    public synchronized void agent(long controlGroup) {
        requireOpen();
        permissions.agent(controlGroup);
    }

    /**
     * Compares what lets packets pass without the policy (the agent's control group, own addresses,
     * sources, ports that may be called) with what was said here, and makes it so again.
     *
     * @return what somebody else had changed, in words; empty is as it should be
     */
    public synchronized List<String> restorePermissions() {
        requireOpen();
        return permissions.restore();
    }

    /** The reader of events; one per data plane, closed with it. */
    public synchronized EventReader events() {
        requireOpen();
        EventReader reader = events;
        if (reader == null) {
            reader =
                    new EventReader(
                            installation.map("events"),
                            () ->
                                    faults.sum(Fault.EVENT_LOST.number())
                                            + faults.sum(Fault.EVENT_LIMITED.number()));
            events = reader;
        }
        return reader;
    }

    /**
     * The process behind a socket that an event names.
     *
     * @param socket {@link KernelEvent#socket()}
     * @return empty for 0, for sockets older than the data plane, and for those that were forgotten
     */
    public synchronized Optional<ProcessRecord> process(long socket) {
        requireOpen();
        Processes known = processes;
        return known == null || socket == 0 ? Optional.empty() : known.of(socket);
    }

    /** Why processes are not known on this machine; empty when they are. */
    public synchronized Optional<BpfException> unattributed() {
        return unattributed;
    }

    /** Packets by reason since the data plane was installed, over all interfaces. */
    public synchronized Map<Reason, Long> counters() {
        requireOpen();
        Map<Reason, Long> sums = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            sums.put(reason, counters.sum(reason.number()));
        }
        return sums;
    }

    /** What the kernel part could not do, since it was installed. */
    public synchronized Map<Fault, Long> faults() {
        requireOpen();
        Map<Fault, Long> sums = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            sums.put(fault, faults.sum(fault.number()));
        }
        return sums;
    }

    /**
     * Runs the program on a frame as if it had come over an attached interface; events, counters
     * and memories see it like any other.
     *
     * @param kind what the frame starts with; must be the interface's
     */
    public synchronized TestRun testRun(int ifindex, byte[] frame, LinkKind kind) {
        requireOpen();
        if (runners.require(ifindex).link() != kind) {
            throw new IllegalArgumentException("interface " + ifindex + " is not " + kind);
        }
        return TestRunner.run(installation.programs().judge().number(), ifindex, frame, 1);
    }

    /**
     * Runs the program so many times on one frame. What it says is of the last run, the duration is
     * the mean of all. A frame that the program changes is run on as it was changed.
     */
    public synchronized TestRun testRun(int ifindex, byte[] frame, int repeat) {
        requireOpen();
        return TestRunner.run(judgeFd(), ifindex, frame, repeat);
    }

    int judgeFd() {
        return installation.programs().judge().number();
    }

    /** Runs the companion of an uplink on a frame as if it had come in there. */
    synchronized void testInbound(int ifindex, byte[] frame) {
        requireOpen();
        TestRunner.run(installation.programs().inbound().number(), ifindex, frame, 1);
    }

    /** Removes links, program and maps. The only call after which nothing is judged. */
    public synchronized void uninstall() {
        requireOpen();
        shut();
        runners.all().forEach(attachment -> runners.detach(attachment.ifindex()));
        predecessors.removeAll();
        pins.removeAll();
        pins.removeRoot();
        letGo();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    /** Lets go of everything and leaves it in force. */
    @Override
    public synchronized void close() {
        if (shut()) {
            letGo();
        }
    }

    private void letGo() {
        if (events != null) {
            events.close();
        }
        if (processes != null) {
            processes.close();
        }
        runners.close();
        tableSets.close();
        slots.close();
        installation.close();
        pins.close();
    }
}
