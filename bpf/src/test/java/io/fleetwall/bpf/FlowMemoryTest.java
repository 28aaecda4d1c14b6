package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.bpf.TestPlane.Setting;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.verdict.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who can make whom forget a flow, seen by one that lives on an address which has expired. */
class FlowMemoryTest {
    private static final String LEARNED = "198.18.0.1";
    private static final Setting WEB = new Setting("web", Mode.ENFORCE, Set.of());

    /** More than twice what a slot remembers. */
    private static final int FLOOD = 20_000;

    private TestPlane bench;
    private Attachment mine;
    private Attachment another;

    @BeforeEach
    void takesTwoSlots() {
        bench = new TestPlane("flow-memory", List.of("web"));
        mine = bench.attachment("eth/ingress");
        another = bench.attachment("eth/egress");
        bench.force(mine, WEB);
        bench.force(another, WEB);
        assertEquals(Reason.ALLOWED_BY_RULE, segment("S"));
    }

    @AfterEach
    void givesThemBack() {
        bench.close();
    }

    private Reason segment(String flags) {
        String frame = "eth ip4:" + LEARNED + " tcp:443/" + flags;
        return bench.run(mine, FrameText.bytes(frame)).reason();
    }

    private void flood(Attachment attachment) {
        for (int i = 0; i < FLOOD; i++) {
            String frame = "eth ip4:192.0.2.200 udp:" + (i + 1) + ">443";
            bench.run(attachment, FrameText.bytes(frame));
        }
    }

    @Test
    void anotherRunnersFlowsCrowdOutNone() {
        flood(another);
        bench.expire("web", LEARNED, true);
        assertEquals(Reason.ALLOWED_BY_RULE, segment("A"));
        assertEquals(Reason.LEARNED_EXPIRED, segment("S"));
    }

    @Test
    void ownFlowsDo() {
        flood(mine);
        bench.expire("web", LEARNED, true);
        assertEquals(Reason.LEARNED_EXPIRED, segment("A"));
    }

    @Test
    void underAnotherWordNothingIsRemembered() {
        bench.expire("web", LEARNED, true);
        assertEquals(Reason.ALLOWED_BY_RULE, segment("A"));
        bench.force(mine, WEB);
        assertEquals(Reason.LEARNED_EXPIRED, segment("A"));
    }
}
