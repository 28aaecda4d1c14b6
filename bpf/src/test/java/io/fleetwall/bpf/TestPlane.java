package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.verdict.Learned;
import io.fleetwall.policy.verdict.PlaneState;
import io.fleetwall.policy.verdict.Slot;
import io.fleetwall.policy.verdict.Uplink;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A data plane with one interface of each kind, beside the reference's idea of the same state. The
 * slot word is written directly, so that each case has a generation, mode and flags of its own and
 * no memory of the cases before.
 */
final class TestPlane implements AutoCloseable {
    static final long NOW = 1_000;
    private static final int NO_SUCH_TABLES = 999;
    private static final long LIVE = Long.MAX_VALUE;
    private static final long PAST = 1;
    private static final Set<String> SELF = Set.of("10.0.0.1", "fd00::1", "fe80::1");

    /** What may send over an uplink, besides: the runner in whose name most frames are. */
    private static final Set<Network> BEHIND =
            Set.of(Policies.network("10.0.0.2/32"), Policies.network("fd00::2/128"));

    private final List<String> links;
    private final Path pins;
    private final DataPlane plane;
    private final Slots slots;
    private final BpfMap inboundFlows;
    private final Set<Integer> called = new HashSet<>();
    private final Map<Integer, Set<Network>> declared = new HashMap<>();
    private final Map<String, TableSet> sets = new HashMap<>();
    private final Map<String, CompiledPolicy> policies = new HashMap<>();
    private final Map<String, Map<Address, Learned>> learned = new HashMap<>();
    private final Map<String, Attachment> attachments = new HashMap<>();
    private int generation = 1 << 20;

    /** Its pins and interfaces are named after it, so that several can stand side by side. */
    TestPlane(String name, List<String> policyNames) {
        Path pins = Path.of("/sys/fs/bpf", name);
        String one = name + "-a";
        String other = name + "-b";
        links = List.of(one, name + "-t");
        Shell.run("ip link add " + one + " type veth peer name " + other);
        Shell.run("ip tuntap add dev " + name + "-t mode tun");
        List.of(one, other, name + "-t").forEach(link -> Shell.run("ip link set " + link + " up"));
        plane = DataPlane.open(new DataPlaneConfig(pins));
        this.pins = pins;
        slots = Slots.map(pinned("slots"));
        inboundFlows = pinned("inbound_flows");
        attach("eth/ingress", one, Direction.INGRESS);
        attach("eth/egress", other, Direction.EGRESS);
        attach("raw/egress", name + "-t", Direction.EGRESS);
        policyNames.forEach(this::build);
    }

    /** One of the maps, of which the caller closes his. */
    BpfMap pinned(String name) {
        try (Arena arena = Arena.ofConfined()) {
            String path = pins + "/v" + KernelObject.LAYOUT_VERSION + "/" + name;
            long fd = Libbpf.OBJ_GET.require(name, arena.allocateFrom(path));
            return new BpfMap(name, new FileDescriptor((int) fd));
        }
    }

    private void attach(String kind, String link, Direction direction) {
        Attachment attachment = plane.attach(link, Interfaces.indexOf(link), direction);
        plane.permissions().selfAddresses(attachment.ifindex(), selfAddresses());
        attachments.put(kind, attachment);
    }

    /**
     * From now on the sender of every packet is the agent: this process, in the root group here.
     */
    PlaneState agent(PlaneState state) {
        plane.permissions().agent(1);
        return state.uplink().map(Uplink::byAgent).map(state::withUplink).orElse(state);
    }

    /** Ends {@link #agent}. */
    void noAgent() {
        plane.permissions().agent(0);
    }

    private static Set<InetAddress> selfAddresses() {
        return SELF.stream().map(TestPlane::literal).collect(java.util.stream.Collectors.toSet());
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private void build(String name) {
        add(name, Policies.read(name));
        learn(name, "198.18.0.1", "learned.example.com", LIVE);
        learn(name, "198.18.0.2", "learned.example.com", PAST);
        learn(name, "198.18.0.3", "ssh.example.com", LIVE);
        learn(name, "198.18.0.4", "ssh.example.com", PAST);
        learn(name, "198.18.0.8", "tracker.example.com", LIVE);
        learn(name, "198.18.0.9", "tracker.example.com", PAST);
        learn(name, "192.0.2.77", "tracker.example.com", LIVE);
        learn(name, "192.0.2.78", "tracker.example.com", PAST);
        learn(name, "192.0.2.66", "learned.example.com", LIVE);
        learn(name, "2001:db8:99::1", "learned.example.com", LIVE);
        learn(name, "2001:db8:99::2", "learned.example.com", PAST);
        learn(name, "2001:db8:99::8", "tracker.example.com", LIVE);
    }

    /** Adds a policy with its table set. */
    void add(String name, CompiledPolicy policy) {
        policies.put(name, policy);
        sets.put(name, plane.build(policy, sets.size() + 1, new byte[32]));
        learned.put(name, new HashMap<>());
    }

    /** What DNS would teach; nothing where the policy does not know the name. */
    private void learn(String name, String address, String host, long expires) {
        PortProgram program = HostTable.of(policy(name)).match(HostTable.wire(host), 0);
        if (program != null) {
            learn(name, Policies.address(address), program, expires);
        }
    }

    void learn(String name, byte[] address, PortProgram program, long expires) {
        TableSet set = set(name);
        int index = set.programFor(program);
        set.learn(List.of(new LearnedAddress(address, index, expires, 9)));
        Objects.requireNonNull(learned.get(name))
                .put(Address.of(address), new Learned(program, expires));
    }

    /** Lets one learned address expire, or live again. */
    void expire(String name, String address, boolean past) {
        byte[] bytes = Policies.address(address);
        Learned entry = Objects.requireNonNull(learnedOf(name).get(Address.of(bytes)), address);
        learn(name, bytes, entry.program(), past ? PAST : LIVE);
    }

    DataPlane plane() {
        return plane;
    }

    CompiledPolicy policy(String name) {
        return Objects.requireNonNull(policies.get(name), name);
    }

    TableSet set(String name) {
        return Objects.requireNonNull(sets.get(name), name);
    }

    Map<Address, Learned> learnedOf(String name) {
        return Objects.requireNonNull(learned.get(name), name);
    }

    Attachment attachment(String kind) {
        return Objects.requireNonNull(attachments.get(kind), kind);
    }

    /** How a case wants its slot. */
    record Setting(String policy, Mode mode, Set<String> flags) {
        int bits() {
            return (mode == Mode.AUDIT ? SlotWord.AUDIT : 0)
                    | (flags.contains("reject") ? SlotWord.REJECT : 0)
                    | (flags.contains("allow") ? SlotWord.DEFAULT_ALLOW : 0)
                    | (flags.contains("redirect") ? 4 : 0);
        }
    }

    /** Puts a setting in force with a new generation; the reference's state, without memories. */
    PlaneState force(Attachment attachment, Setting setting) {
        PlaneState empty = unforced(attachment);
        if (setting.policy().equals("none")) {
            slots.set(attachment.slot(), new SlotWord(0));
            return empty;
        }
        boolean missing = setting.policy().equals("missing");
        int index = missing ? NO_SUCH_TABLES : set(setting.policy()).index();
        SlotWord word = SlotWord.of(generation++, index, setting.bits());
        slots.set(attachment.slot(), word);
        if (missing) {
            return empty;
        }
        PlaneState state = empty.withSlot(slot(word, setting));
        for (Map.Entry<Address, Learned> entry : learnedOf(setting.policy()).entrySet()) {
            state = state.withLearned(entry.getKey(), entry.getValue());
        }
        return state;
    }

    private PlaneState unforced(Attachment attachment) {
        if (called.remove(attachment.ifindex())) {
            plane.permissions().inbound(attachment.ifindex(), Set.of());
            List<byte[]> keys = new ArrayList<>();
            inboundFlows.forEach((key, value) -> keys.add(key.toArray(JAVA_BYTE)));
            try (Arena arena = Arena.ofConfined()) {
                keys.forEach(key -> inboundFlows.delete(arena.allocateFrom(JAVA_BYTE, key)));
            }
        }
        PlaneState empty = declared(attachment);
        return attachment.direction() == Direction.EGRESS
                ? empty.withUplink(new Uplink(Set.of(), Set.of()))
                : empty;
    }

    /** Sources as most cases want them: any from a container, few over an uplink. */
    private PlaneState declared(Attachment attachment) {
        PlaneState empty = PlaneState.EMPTY.withNow(NOW).withSelf(addresses());
        return sources(
                attachment, attachment.direction() == Direction.EGRESS ? BEHIND : Set.of(), empty);
    }

    /** Says which networks may send; none is nothing said. */
    PlaneState sources(Attachment attachment, Set<Network> networks, PlaneState state) {
        if (!networks.equals(declared.put(attachment.ifindex(), networks))) {
            plane.permissions().sources(attachment.ifindex(), networks);
        }
        return networks.isEmpty() ? state : state.withSources(networks.toArray(Network[]::new));
    }

    /** Lists ports that may be called. */
    PlaneState listen(Attachment attachment, Set<InboundPort> ports, PlaneState state) {
        called.add(attachment.ifindex());
        plane.permissions().inbound(attachment.ifindex(), ports);
        Set<Uplink.Listener> listeners =
                ports.stream()
                        .map(port -> new Uplink.Listener(port.protocol().number(), port.port()))
                        .collect(java.util.stream.Collectors.toSet());
        return state.withUplink(new Uplink(listeners, state.uplink().orElseThrow().calls()));
    }

    /** Lets a frame come in over an uplink. */
    PlaneState receive(Attachment attachment, byte[] frame, PlaneState state) {
        called.add(attachment.ifindex());
        plane.tests().inbound(attachment.ifindex(), frame);
        return state.withUplink(state.uplink().orElseThrow().after(frame, kind(attachment)));
    }

    /** The reference's word for what a frame starts with. */
    static io.fleetwall.policy.packet.LinkKind kind(Attachment attachment) {
        return attachment.link() == LinkKind.ETHERNET
                ? io.fleetwall.policy.packet.LinkKind.ETHERNET
                : io.fleetwall.policy.packet.LinkKind.RAW;
    }

    private Slot slot(SlotWord word, Setting setting) {
        CompiledPolicy policy = policy(setting.policy());
        CompiledPolicy said =
                new CompiledPolicy(
                        setting.mode(),
                        setting.flags().contains("allow") ? Fallback.ALLOW : Fallback.DENY,
                        setting.flags().contains("reject") ? OnDeny.REJECT : OnDeny.DROP,
                        policy.rules(),
                        policy.programs(),
                        policy.networks(),
                        policy.hosts());
        return new Slot(
                word.bits(),
                said,
                setting.flags().contains("redirect") ? Slot.Dns.REDIRECTED : Slot.Dns.AS_ADDRESSED);
    }

    private static Address[] addresses() {
        return SELF.stream().map(Policies::address).map(Address::of).toArray(Address[]::new);
    }

    TestRun run(Attachment attachment, byte[] frame) {
        return plane.tests().run(attachment.ifindex(), frame, attachment.link());
    }

    @Override
    public void close() {
        slots.close();
        inboundFlows.close();
        links.forEach(link -> Shell.run("ip link del " + link));
        plane.uninstall();
    }
}
