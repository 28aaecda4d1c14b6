package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.bpf.TestPlane.Setting;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.verdict.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long what was allowed is remembered. Nobody waits: the memories are made older. */
class MemoryAgeTest {
    private static final String LEARNED = "198.18.0.1";
    private static final List<String> POLICIES = List.of("web", "datagrams");
    private static final Setting WEB = new Setting("web", Mode.ENFORCE, Set.of());

    /** FW_FRAGMENT_AGE, FW_OTHER_IDLE, FW_TCP_IDLE: units of 2^30 ns. */
    private static final int FRAGMENT = 56;

    private static final int UDP = 280;
    private static final int TCP = 6706;

    /** Of struct fw_flow, and of struct fw_fragment. */
    private static final int FLOW_BYTES = 64;

    private static final int FLOW_SEEN = 60;
    private static final int FRAGMENT_SEEN = 8;
    private static final long BEHIND = 20_000_000;

    private TestPlane bench;
    private Attachment mine;
    private BpfMap flows;

    @BeforeEach
    void takesASlot() {
        bench = new TestPlane("memory-age", POLICIES);
        mine = bench.attachment("eth/ingress");
        bench.force(mine, WEB);
        flows = ownFlows();
    }

    @AfterEach
    void givesItBack() {
        flows.close();
        bench.close();
    }

    /** A flow table that this test can reach, in the place of the slot's own. */
    private BpfMap ownFlows() {
        MapInfo shape = new MapInfo(Libbpf.MAP_TYPE_ARRAY, 0, 4, 4 * FLOW_BYTES, 1 << 11);
        BpfMap table = BpfMap.create("fw_flow_table", shape, 0);
        try (BpfMap outer = bench.pinned("flows");
                Arena arena = Arena.ofConfined()) {
            outer.update(mine.slot(), arena.allocateFrom(JAVA_INT, table.fd()));
        }
        return table;
    }

    private Reason judge(String frame) {
        return bench.run(mine, FrameText.bytes("eth ip4:" + frame)).reason();
    }

    private void age(int units) {
        rewrite(
                flows,
                bucket -> {
                    for (int at = 0; at < bucket.byteSize(); at += FLOW_BYTES) {
                        int seen = bucket.get(JAVA_INT, at + FLOW_SEEN);
                        bucket.set(JAVA_INT, at + FLOW_SEEN, seen - units);
                    }
                });
    }

    private static void rewrite(BpfMap map, Consumer<MemorySegment> change) {
        try (Arena arena = Arena.ofConfined()) {
            Map<MemorySegment, MemorySegment> changed = new HashMap<>();
            map.forEach((key, value) -> {
                MemorySegment copy = arena.allocate(value.byteSize(), 8).copyFrom(value);
                change.accept(copy);
                changed.put(arena.allocate(key.byteSize(), 8).copyFrom(key), copy);
            });
            changed.forEach(map::update);
        }
    }

    private void lives(String first, String later, int limit) {
        Reason inTime =
                withinASecond(() -> {
                    POLICIES.forEach(policy -> bench.expire(policy, LEARNED, false));
                    assertEquals(Reason.ALLOWED_BY_RULE, judge(first));
                    POLICIES.forEach(policy -> bench.expire(policy, LEARNED, true));
                    age(limit);
                    return judge(later);
                });
        assertEquals(Reason.ALLOWED_BY_RULE, inTime, "seen just in time, and so for longer");
        age(limit + 2);
        assertEquals(Reason.LEARNED_EXPIRED, judge(later));
    }

    /**
     * What is judged before the kernel's clock goes on: with the next second it would be too late.
     */
    private static Reason withinASecond(Supplier<Reason> judged) {
        while (true) {
            long second = second();
            Reason reason = judged.get();
            if (second == second()) {
                return reason;
            }
        }
    }

    /** That clock is a little behind this one: in the first of a second it may be in the last. */
    private static long second() {
        while ((System.nanoTime() & (1 << 30) - 1) < BEHIND) {
            Thread.onSpinWait();
        }
        return System.nanoTime() >> 30;
    }

    @Test
    void aConnectionThatWasIdleForTwoHoursIsDecidedAnew() {
        lives(LEARNED + " tcp:443/S", LEARNED + " tcp:443/A", TCP);
    }

    @Test
    void anyOtherFlowAfterFiveMinutes() {
        bench.force(mine, new Setting("datagrams", Mode.ENFORCE, Set.of()));
        lives("198.18.0.1 udp:443", "198.18.0.1 udp:443", UDP);
    }

    @Test
    void aDatagramThatIsNotWholeAfterAMinuteNeverIs() {
        String first = "192.0.2.10,mf,id=7 tcp:443 data:64";
        String later = "192.0.2.10,proto=6,frag=11,id=7 data:64";
        Reason inTime =
                withinASecond(() -> {
                    assertEquals(Reason.ALLOWED_BY_RULE, judge(first));
                    ageFragments(FRAGMENT);
                    return judge(later);
                });
        assertEquals(Reason.ALLOWED_FRAGMENT, inTime);
        ageFragments(2);
        assertEquals(Reason.FRAGMENT_UNKNOWN, judge(later));
    }

    private void ageFragments(int units) {
        try (BpfMap fragments = bench.pinned("fragments")) {
            rewrite(
                    fragments,
                    first -> {
                        int seen = first.get(JAVA_INT, FRAGMENT_SEEN);
                        first.set(JAVA_INT, FRAGMENT_SEEN, seen - units);
                    });
        }
    }
}
