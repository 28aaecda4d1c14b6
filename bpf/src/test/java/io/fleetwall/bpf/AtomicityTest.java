package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.TwoPolicies.Verdict;
import io.fleetwall.policy.verdict.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Packets while the policy changes under them: each is judged by the one policy or by the other as
 * a whole ({@link TwoPolicies}), and none that starts after a flip by the policy before it.
 *
 * <p>{@link #aFlipInTwoStepsIsSeen} proves that these tests can fail: it changes the same words in
 * two stores, table set first and flags second, and must see mixtures. The other three fail as well
 * with a program that reads the slot word a second time for its port programs.
 */
class AtomicityTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/atomicity");
    private static final int PROBES = 1_200_000;
    private static final long FLIPS = 1_000;
    private static final int PROBES_PER_FLIP = 400;
    private static final int PROBERS = 2;
    private static final int BATCH = 1_000;
    private static final int BATCHES = 3_000;
    private static final int VOLLEYS = 12_500;
    private static final Set<Reason> PASSING =
            Set.of(Reason.ALLOWED_BY_RULE, Reason.ALLOWED_BY_DEFAULT);
    private static final Set<Reason> JUDGED =
            Set.of(
                    Reason.ALLOWED_BY_RULE,
                    Reason.ALLOWED_BY_DEFAULT,
                    Reason.DENIED_BY_RULE,
                    Reason.DENIED_BY_DEFAULT);
    private static final Set<Reason> OF_THE_LINK =
            Set.of(Reason.ALLOWED_ARP, Reason.ALLOWED_NEIGHBOUR);

    private JobNamespace job;
    private DataPlane plane;
    private Slots slots;
    private FileDescriptor program;
    private int ifindex;
    private int slot;
    private SlotWord first;
    private SlotWord second;

    /** Flips begun and done: odd during a flip, 0 modulo 4 under the first policy. */
    private final AtomicLong moment = new AtomicLong();

    private final AtomicLong probes = new AtomicLong();

    @BeforeEach
    void setUp() {
        job = new JobNamespace();
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        ifindex = Interfaces.indexOf(JobNamespace.HOST_LINK);
        slot = plane.attach(JobNamespace.HOST_LINK, ifindex, Direction.INGRESS).slot();
        slots = Slots.map(new BpfMap("slots", pinned("slots")));
        program = pinned("program");
        first = word(TwoPolicies.FIRST);
        second = word(TwoPolicies.SECOND);
        slots.set(slot, first);
    }

    @AfterEach
    void tearDown() {
        program.close();
        slots.close();
        plane.uninstall();
        job.close();
    }

    private static FileDescriptor pinned(String name) {
        try (Arena arena = Arena.ofConfined()) {
            String path = PINS + "/v" + KernelObject.LAYOUT_VERSION + "/" + name;
            return new FileDescriptor((int) Libbpf.OBJ_GET.require(name, arena.allocateFrom(path)));
        }
    }

    /** The word the data plane itself stores for a policy. */
    private SlotWord word(TwoPolicies policy) {
        plane.flip(ifindex, policy.build(plane), SlotOptions.NONE);
        return slots.get(slot);
    }

    @Test
    void everyPacketIsJudgedByOnePolicyAsAWhole() {
        int programId = plane.programId();
        Map<Reason, Long> before = plane.telemetry().counters();
        List<String> mixtures = flipWhile(this::flipAtOnce, () -> probing(PROBES));
        assertEquals(List.of(), mixtures);
        assertEquals(programId, plane.programId());
        Map<Reason, Long> counted = since(before);
        assertEquals(JUDGED, counted.keySet(), "each verdict was seen, and no other");
        assertEquals(probes.get(), counted.values().stream().mapToLong(Long::longValue).sum());
        assertTrue(probes.get() >= 1_000_000, probes + " packets");
        assertTrue(moment.get() / 2 >= FLIPS, moment.get() / 2 + " flips");
        System.out.println("atomicity: " + probes + " packets, " + moment.get() / 2 + " flips");
    }

    @Test
    void aFlipInTwoStepsIsSeen() {
        List<String> mixtures = flipWhile(this::flipInTwoSteps, () -> probing(PROBES));
        assertNotEquals(List.of(), mixtures);
        System.out.println("atomicity: two steps were seen: " + mixtures.getFirst());
    }

    /** The program runs nearly all the time, and flips meet it anywhere. */
    @Test
    void flipsAtAnyInstantOfAPacketLetNothingOutAndStopNothing() {
        long flips = batches(TwoPolicies.BOTH, PASSING) + batches(TwoPolicies.NEITHER, Set.of());
        System.out.println("atomicity: 2 x " + BATCH * BATCHES + " packets, " + flips + " flips");
    }

    private long batches(int port, Set<Reason> allowed) {
        List<byte[]> frames = frames(port);
        Map<Reason, Long> before = plane.telemetry().counters();
        long flips = moment.get();
        flipWhile(
                this::flipFreely,
                () -> {
                    for (int i = 0; i < BATCHES; i++) {
                        TestRunner.run(
                                program.number(), ifindex, frames.get(i % frames.size()), BATCH);
                    }
                    return List.of();
                });
        Map<Reason, Long> counted = since(before);
        assertEquals(2L, counted.size(), () -> "to port " + port + ": " + counted);
        counted.keySet()
                .forEach(reason ->
                        assertEquals(!allowed.isEmpty(), PASSING.contains(reason), "" + counted));
        assertEquals(
                (long) BATCH * BATCHES, counted.values().stream().mapToLong(Long::longValue).sum());
        return (moment.get() - flips) / 2;
    }

    @Test
    void realDatagramsAreJudgedByOnePolicyAsAWhole() throws IOException {
        for (String address : List.of("10.77.0.1", "fd77::1")) {
            try (DatagramSocket passed = listener(address, TwoPolicies.BOTH);
                    DatagramSocket leaked = listener(address, TwoPolicies.NEITHER)) {
                Map<Reason, Long> before = plane.telemetry().counters();
                long flips = moment.get();
                flipWhile(this::flipFreely, () -> volleys(address));
                // The last ones may be under way when who sent them has ended.
                await(() -> sum(since(before)) >= 2L * VOLLEYS);
                Map<Reason, Long> counted = since(before);
                assertEquals(VOLLEYS, sum(counted, true), () -> "passed: " + counted);
                assertEquals(VOLLEYS, sum(counted, false), () -> "denied: " + counted);
                assertTrue(moment.get() - flips >= 2 * FLIPS);
                assertTrue(received(passed) > 0);
                assertEquals(0, received(leaked));
            }
        }
    }

    private static long sum(Map<Reason, Long> counted) {
        return sum(counted, true) + sum(counted, false);
    }

    private static long sum(Map<Reason, Long> counted, boolean passing) {
        return counted.entrySet().stream()
                .filter(entry -> PASSING.contains(entry.getKey()) == passing)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private List<String> volleys(String address) {
        Process volley =
                job.start(
                        "volley.py",
                        address,
                        "" + VOLLEYS,
                        "" + TwoPolicies.BOTH,
                        "" + TwoPolicies.NEITHER);
        try (BufferedReader said = volley.inputReader()) {
            assertEquals("" + 2 * VOLLEYS, said.readLine());
            return List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static DatagramSocket listener(String address, int port) throws IOException {
        DatagramSocket socket =
                new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), port));
        socket.setSoTimeout(50);
        return socket;
    }

    private static int received(DatagramSocket socket) throws IOException {
        int count = 0;
        try {
            while (true) {
                socket.receive(new java.net.DatagramPacket(new byte[64], 64));
                count++;
            }
        } catch (java.net.SocketTimeoutException e) {
            return count;
        }
    }

    /** Flips until the work is done; returns what the work found. */
    private List<String> flipWhile(Runnable flip, java.util.function.Supplier<List<String>> work) {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            CompletableFuture<List<String>> found = CompletableFuture.supplyAsync(work, threads);
            while (!found.isDone()) {
                flip.run();
            }
            return found.join();
        }
    }

    /** One flip for so many probes, so that many are judged between two flips. */
    private void flipAtOnce() {
        moment.incrementAndGet();
        slots.set(slot, target());
        moment.incrementAndGet();
        pause();
    }

    private void flipInTwoSteps() {
        SlotWord from = slots.get(slot);
        moment.incrementAndGet();
        SlotWord to = target();
        slots.set(slot, new SlotWord((to.bits() & ~0xffffL) | (from.bits() & 0xffffL)));
        Thread.onSpinWait();
        slots.set(slot, to);
        moment.incrementAndGet();
        pause();
    }

    private void flipFreely() {
        moment.incrementAndGet();
        slots.set(slot, target());
        moment.incrementAndGet();
    }

    private SlotWord target() {
        return moment.get() % 4 == 1 ? second : first;
    }

    private void pause() {
        long until = Math.min(PROBES, probes.get() + PROBES_PER_FLIP);
        await(() -> probes.get() >= until);
    }

    /** Sends probes from several threads; returns what fits neither policy. */
    private List<String> probing(int count) {
        try (ExecutorService threads = Executors.newFixedThreadPool(PROBERS)) {
            List<CompletableFuture<List<String>>> parts = new ArrayList<>();
            for (int i = 0; i < PROBERS; i++) {
                Random random = new Random(i);
                parts.add(
                        CompletableFuture.supplyAsync(
                                () -> probe(count / PROBERS, random), threads));
            }
            return parts.stream().flatMap(part -> part.join().stream()).limit(10).toList();
        }
    }

    private List<String> probe(int count, Random random) {
        List<String> mixtures = new ArrayList<>();
        List<Integer> ports = TwoPolicies.PORTS;
        List<List<byte[]>> frames = ports.stream().map(AtomicityTest::frames).toList();
        for (int i = 0; i < count || moment.get() < 2 * FLIPS; i++) {
            int which = random.nextInt(ports.size());
            int port = ports.get(which);
            List<byte[]> choice = frames.get(which);
            byte[] frame = choice.get(random.nextInt(choice.size()));
            long start = moment.get();
            TestRun run = TestRunner.run(program.number(), ifindex, frame, 1);
            boolean settled = start % 2 == 0 && moment.get() == start;
            probes.incrementAndGet();
            if (!fits(new Verdict(run.reason(), run.rule()), port, settled ? start : -1)
                    || (run.action() == TestRun.Action.PASS) != PASSING.contains(run.reason())) {
                mixtures.add(
                        "port "
                                + port
                                + " at "
                                + start
                                + ", "
                                + settled
                                + ": "
                                + run.reason()
                                + " rule "
                                + run.rule());
            }
        }
        return mixtures;
    }

    /** Whether a verdict is that of the policy of this moment, or of any when it is not known. */
    private static boolean fits(Verdict verdict, int port, long moment) {
        boolean byFirst = verdict.equals(TwoPolicies.FIRST.of(port));
        boolean bySecond = verdict.equals(TwoPolicies.SECOND.of(port));
        return moment < 0 ? byFirst || bySecond : moment % 4 == 0 ? byFirst : bySecond;
    }

    /** To one port of each address: the beginning of a connection, its middle, a datagram. */
    private static List<byte[]> frames(int port) {
        List<byte[]> frames = new ArrayList<>();
        for (String address : TwoPolicies.ADDRESSES) {
            String ip =
                    address.contains(":")
                            ? "ip6:" + address + ",src=fd77::2"
                            : "ip4:" + address + ",src=10.77.0.2";
            for (String transport :
                    List.of("tcp:40000>%d/S", "tcp:40001>%d/A", "udp:40002>%d data:8")) {
                frames.add(FrameText.bytes("eth " + ip + " " + transport.formatted(port)));
            }
        }
        return frames;
    }

    /** Without the neighbour discovery of the interfaces themselves. */
    private Map<Reason, Long> since(Map<Reason, Long> before) {
        Map<Reason, Long> grown = new EnumMap<>(Reason.class);
        plane.telemetry()
                .counters()
                .forEach((reason, count) -> {
                    long more = count - before.getOrDefault(reason, 0L);
                    if (more != 0 && !OF_THE_LINK.contains(reason)) {
                        grown.put(reason, more);
                    }
                });
        return grown;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "waited 60 s");
            Thread.onSpinWait();
        }
    }
}
