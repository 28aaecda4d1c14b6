package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.TestPlane.Setting;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.verdict.Judgement;
import io.fleetwall.policy.verdict.PlaneState;
import io.fleetwall.policy.verdict.Reason;
import io.fleetwall.policy.verdict.ReferenceVerdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random policies and frames: program and reference, written independently from one text, must not
 * differ once. A million frames in rounds, several rounds at a time, each with policies, interfaces
 * and a seed of its own.
 *
 * <p>{@code -Dfleetwall.seed=N -Dfleetwall.frames=50000} repeats the one round a failure names;
 * {@code -Dfleetwall.minutes=M} goes on with further seeds that long.
 */
class DifferentialTest {
    private static final long SEED = Long.getLong("fleetwall.seed", 20_261_122);
    private static final int FRAMES = Integer.getInteger("fleetwall.frames", 1_000_000);
    private static final Duration AT_LEAST =
            Duration.ofMinutes(Integer.getInteger("fleetwall.minutes", 0));
    private static final int FRAMES_PER_ROUND = 50_000;
    private static final int FRAMES_PER_STATE = 40;
    private static final int LANES = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    private static final int POLICIES = 24;
    private static final List<String> KINDS = List.of("eth/ingress", "eth/egress", "raw/egress");
    private static final List<Set<InboundPort>> PORTS =
            List.of(
                    Set.of(),
                    Set.of(
                            new InboundPort(InboundPort.Protocol.TCP, 40_000),
                            new InboundPort(InboundPort.Protocol.UDP, 40_000)),
                    Set.of(new InboundPort(InboundPort.Protocol.TCP, 22)));
    private static final List<Set<Network>> SOURCES =
            List.of(
                    networks("10.0.0.0/24", "fd00::/64"),
                    networks("0.0.0.0/0"),
                    networks("::/0"),
                    networks("10.0.0.2/32", "10.1.0.0/16", "192.0.0.0/8", "2001:db8::/32"));
    private static final List<String> FLAGS = List.of("reject", "allow", "redirect");

    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong compared = new AtomicLong();
    private final AtomicBoolean differed = new AtomicBoolean();
    private final Map<Reason, Integer> seen = new ConcurrentHashMap<>();

    @Test
    void theProgramAndTheReferenceAgreeOnRandomFramesUnderRandomPolicies() {
        long end = System.nanoTime() + AT_LEAST.toNanos();
        try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
            List<CompletableFuture<Void>> lanes = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                String name = "fuzz-" + lane;
                lanes.add(CompletableFuture.runAsync(() -> rounds(name, end), threads));
            }
            lanes.forEach(CompletableFuture::join);
        }
        System.out.println(
                "differential: seeds "
                        + SEED
                        + " to "
                        + (SEED + compared.get() / FRAMES_PER_ROUND)
                        + ", "
                        + compared
                        + " frames, "
                        + new TreeMap<>(seen));
        assertTrue(compared.get() >= FRAMES);
        assertTrue(seen.keySet().size() >= 21, () -> "too tame, saw only " + seen);
    }

    private static Set<Network> networks(String... prefixes) {
        return Stream.of(prefixes).map(Policies::network).collect(Collectors.toSet());
    }

    private void rounds(String lane, long end) {
        for (long round = rounds.getAndIncrement();
                !differed.get()
                        && (round * FRAMES_PER_ROUND < FRAMES || System.nanoTime() - end < 0);
                round = rounds.getAndIncrement()) {
            try {
                round(lane, SEED + round);
            } catch (AssertionError | RuntimeException e) {
                differed.set(true);
                throw e;
            }
        }
    }

    private void round(String lane, long seed) {
        Random random = new Random(seed);
        RandomFrames frames = new RandomFrames(random);
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
        try (TestPlane bench = new TestPlane(lane, List.of())) {
            for (int i = 0; i < POLICIES; i++) {
                addPolicy(bench, "policy " + i, random);
            }
            for (int done = 0; done < FRAMES_PER_ROUND; done += FRAMES_PER_STATE) {
                compareSome(bench, random, frames, reasons);
            }
            assertEquals(
                    0, bench.plane().telemetry().faults().get(Fault.REJECT_FAILED), "seed " + seed);
            assertEquals(
                    0,
                    bench.plane().telemetry().faults().get(Fault.FLOW_FORGOTTEN),
                    "seed " + seed);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
        reasons.forEach((reason, count) -> seen.merge(reason, count, Integer::sum));
        compared.addAndGet(FRAMES_PER_ROUND);
    }

    private static void addPolicy(TestPlane bench, String name, Random random) {
        bench.add(name, RandomPolicies.policy(random));
        for (String address :
                List.of("198.18.0.1", "198.18.0.2", "2001:db8:99::1", "2001:db8:99::2")) {
            long expires = address.endsWith("1") ? Long.MAX_VALUE : 1;
            bench.learn(name, Policies.address(address), RandomPolicies.program(random), expires);
        }
    }

    private static void compareSome(
            TestPlane bench, Random random, RandomFrames frames, Map<Reason, Integer> seen) {
        Attachment attachment = bench.attachment(KINDS.get(random.nextInt(KINDS.size())));
        PlaneState state = bench.force(attachment, setting(random));
        if (random.nextInt(4) == 0) {
            state = bench.sources(attachment, SOURCES.get(random.nextInt(SOURCES.size())), state);
        }
        frames.focus();
        for (int i = 0; i < FRAMES_PER_STATE; i++) {
            byte[] frame = frames.next(attachment.link());
            if (attachment.direction() == Direction.EGRESS && random.nextInt(3) == 0) {
                state = hear(bench, attachment, random, frame, state);
            }
            Judgement judgement = ReferenceVerdict.judge(frame, TestPlane.kind(attachment), state);
            TestRun run = bench.run(attachment, frame);
            state = judgement.after();
            seen.merge(judgement.reason(), 1, Integer::sum);
            Supplier<@Nullable String> what =
                    () -> attachment + ", " + HexFormat.of().formatHex(frame);
            assertEquals(judgement.reason(), run.reason(), what);
            assertEquals(judgement.rule(), run.rule(), what);
            compareAction(judgement.action(), run, frame, attachment);
        }
    }

    /** Lets the frame's way back come in first, and sometimes other ports be listed. */
    private static PlaneState hear(
            TestPlane bench, Attachment attachment, Random random, byte[] frame, PlaneState state) {
        PlaneState listening =
                random.nextInt(4) == 0
                        ? bench.listen(attachment, PORTS.get(random.nextInt(PORTS.size())), state)
                        : state;
        byte[] turned = RandomFrames.turned(frame, attachment.link());
        return bench.receive(attachment, turned, listening);
    }

    /** A drop in place of an answer is what the rate limit does. */
    private static void compareAction(
            Judgement.Action expected, TestRun run, byte[] frame, Attachment attachment) {
        switch (run.action()) {
            case PASS -> assertEquals(Judgement.Action.PASS, expected);
            case DROP -> assertTrue(expected != Judgement.Action.PASS);
            case REDIRECT ->
                    assertEquals(expected, Answer.check(frame, run.frame(), attachment.link()));
        }
    }

    private static Setting setting(Random random) {
        Set<String> flags = new HashSet<>();
        FLAGS.stream().filter(flag -> random.nextInt(3) == 0).forEach(flags::add);
        Mode mode = random.nextInt(4) == 0 ? Mode.AUDIT : Mode.ENFORCE;
        String policy = random.nextInt(30) == 0 ? "none" : "policy " + random.nextInt(POLICIES);
        return new Setting(policy, mode, policy.equals("none") ? Set.of() : flags);
    }
}
