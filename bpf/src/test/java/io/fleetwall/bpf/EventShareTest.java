package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.TestPlane.Setting;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.verdict.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose events are told when somebody floods: nobody reads the ring meanwhile. */
class EventShareTest {
    private static final Setting WEB = new Setting("web", Mode.ENFORCE, Set.of());

    /** FW_SHARE, in a second of 2^30 ns. */
    private static final int SHARE = 8_000;

    private static final int SECOND_BITS = 30;

    private TestPlane bench;
    private Attachment mine;
    private Attachment another;
    private long began;

    @BeforeEach
    void takesTwoSlots() {
        bench = new TestPlane("event-share", List.of("web"));
        mine = bench.attachment("eth/ingress");
        another = bench.attachment("eth/egress");
        bench.force(mine, WEB);
        bench.force(another, WEB);
        began = System.nanoTime();
    }

    @AfterEach
    void givesThemBack() {
        bench.close();
    }

    /** One connection opened again and again: each time is told. */
    private void open(Attachment attachment, int times) {
        byte[] frame = FrameText.bytes("eth ip4:192.0.2.10 tcp:443/S");
        assertEquals(
                Reason.ALLOWED_BY_RULE,
                bench.plane().tests().run(attachment.ifindex(), frame, times).reason());
    }

    private void denied(Attachment attachment, int port) {
        String frame = "eth ip4:192.0.3.10 udp:" + port + ">443";
        Reason reason = bench.run(attachment, FrameText.bytes(frame)).reason();
        assertEquals(Reason.DENIED_BY_DEFAULT, reason);
    }

    private List<KernelEvent> told() {
        List<KernelEvent> events = new ArrayList<>();
        while (bench.plane().telemetry().events().poll(Duration.ZERO, events::add) > 0) {
            // more may have come
        }
        return events;
    }

    private static long of(List<KernelEvent> events, Attachment attachment, Reason reason) {
        return events.stream()
                .filter(e -> e.ifindex() == attachment.ifindex() && e.reason() == reason)
                .count();
    }

    private long limited() {
        return bench.plane().telemetry().faults().getOrDefault(Fault.EVENT_LIMITED, 0L);
    }

    /** The most that a share gives from the beginning until now. */
    private long most(int share) {
        return share * (2 + ((System.nanoTime() - began) >> SECOND_BITS));
    }

    @Test
    void aFloodOfOneLeavesRoomForTheDenialOfAnother() {
        int flood = 100_000;
        open(another, flood);
        denied(mine, 1);
        long most = most(SHARE / 4 * 3);
        List<KernelEvent> events = told();
        long flooded = of(events, another, Reason.ALLOWED_BY_RULE);
        assertEquals(1, of(events, mine, Reason.DENIED_BY_DEFAULT));
        assertTrue(
                flooded >= SHARE / 4 * 3 && flooded <= most, () -> flooded + " of at most " + most);
        assertEquals(flood - flooded, limited(), "what is not told is counted");
        assertEquals(flood - flooded, bench.plane().telemetry().events().lost());
    }

    @Test
    void ownAllowedFlowsHideNoDenial() {
        open(mine, 100_000);
        denied(mine, 1);
        assertEquals(1, of(told(), mine, Reason.DENIED_BY_DEFAULT));
    }

    @Test
    void denialsHaveAShareTooAndAnotherWordBeginsWithAWholeOne() {
        int flood = 3 * SHARE;
        for (int port = 1; port <= flood; port++) {
            denied(mine, port);
        }
        long most = most(SHARE);
        long flooded = of(told(), mine, Reason.DENIED_BY_DEFAULT);
        assertTrue(flooded >= SHARE && flooded <= most, () -> flooded + " of at most " + most);
        bench.force(mine, WEB);
        long before = limited();
        denied(mine, 1);
        assertEquals(1, told().size());
        assertEquals(before, limited());
    }
}
