package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.verdict.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Interfaces whose numbers end alike: each keeps its own policy while others come and go. */
class RunnerPlacesTest {
    private static final Path PINS = Path.of("/sys/fs/bpf/places");
    private static final byte[] FRAME = FrameText.bytes("eth ip4:192.0.2.10 tcp:443/S");

    /** FW_RUNNER_PLACES, FW_RUNNER_PROBES. */
    private static final int PLACES = 4096;

    private static final int PROBES = 8;
    private static final int FIRST = 70_000;

    private final List<Integer> links = new ArrayList<>();
    private DataPlane plane;
    private TableSet web;
    private TableSet nothing;

    @BeforeEach
    void standsOpen() {
        plane = DataPlane.open(new DataPlaneConfig(PINS));
        web = plane.build(Policies.read("web"), 1, new byte[32]);
        nothing = plane.build(Policies.DENY_ALL, 1, new byte[32]);
    }

    @AfterEach
    void takesItDown() {
        plane.uninstall();
        links.forEach(ifindex -> Shell.run("ip link del t" + ifindex));
    }

    private int alike(int which) {
        int ifindex = FIRST + which * PLACES;
        Shell.run(
                "ip link add t" + ifindex + " index " + ifindex + " type veth peer name p" + which);
        links.add(ifindex);
        return ifindex;
    }

    private void attach(int ifindex, TableSet set) {
        plane.attach("t" + ifindex, ifindex, Direction.INGRESS);
        plane.flip(ifindex, set, SlotOptions.NONE);
    }

    private Reason judge(int ifindex) {
        return plane.tests().run(ifindex, FRAME, 1).reason();
    }

    @Test
    void eachIsFoundWhereverItStandsAndAfterAnotherWent() {
        int first = alike(0);
        int second = alike(1);
        int third = alike(2);
        attach(first, web);
        attach(second, nothing);
        attach(third, web);
        assertEquals(Reason.DENIED_BY_DEFAULT, judge(second));
        plane.detach(first);
        assertEquals(Reason.NO_TABLE_SET, judge(first));
        assertEquals(Reason.DENIED_BY_DEFAULT, judge(second));
        assertEquals(Reason.ALLOWED_BY_RULE, judge(third));
        attach(second, web);
        attach(first, nothing);
        assertEquals(Reason.ALLOWED_BY_RULE, judge(second));
        assertEquals(Reason.DENIED_BY_DEFAULT, judge(first));
        assertEquals(AttachmentState.INTACT, plane.attached(second));
    }

    @Test
    void whoFindsNoPlaceIsRefusedWithAWayOut() {
        for (int i = 0; i < PROBES; i++) {
            attach(alike(i), web);
        }
        int crowded = alike(PROBES);
        BpfException refused = assertThrows(BpfException.class, () -> attach(crowded, web));
        assertTrue(refused.hint().contains("another number"), refused.getMessage());
        assertEquals(PROBES, plane.attachments().size());
        plane.detach(FIRST);
        attach(crowded, web);
        assertEquals(Reason.ALLOWED_BY_RULE, judge(crowded));
    }
}
