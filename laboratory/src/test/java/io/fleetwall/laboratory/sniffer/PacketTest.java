package io.fleetwall.laboratory.sniffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PacketTest {
    private static final String ETHERNET = "020000000001020000000002";

    /** UDP 10.77.1.2:4660 to 203.0.113.66:443 with "secret". */
    private static final String IPV4 =
            ETHERNET
                    + "0800450000220000000040110000"
                    + "0a4d0102cb007142"
                    + "123401bb000e0000"
                    + "736563726574";

    /** TCP [2001:db8:77:1::2]:4660 to [2001:db8:bad::66]:443. */
    private static final String IPV6 =
            ETHERNET
                    + "86dd6000000000140640"
                    + "20010db8007700010000000000000002"
                    + "20010db80bad00000000000000000066"
                    + "123401bb00000000000000005002000000000000";

    private static Packet packet(String hex) {
        return Packet.of(1, HexFormat.of().parseHex(hex)).orElseThrow();
    }

    @Test
    void bothFamiliesAreReadDownToTheirPorts() {
        Packet four = packet(IPV4);
        assertEquals("10.77.1.2", four.source().getHostAddress());
        assertEquals("203.0.113.66", four.destination().getHostAddress());
        assertEquals(Packet.UDP, four.protocol());
        assertEquals(443, four.destinationPort());
        Packet six = packet(IPV6);
        assertEquals("2001:db8:bad:0:0:0:0:66", six.destination().getHostAddress());
        assertEquals(Packet.TCP, six.protocol());
        assertEquals(4660, six.sourcePort());
    }

    @Test
    void contentsAreFoundWhereverTheyStand() {
        assertTrue(packet(IPV4).contains("secret".getBytes(StandardCharsets.US_ASCII)));
        assertFalse(packet(IPV6).contains("secret".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void whatIsNoIpPacketIsNone() {
        assertTrue(
                Packet.of(1, HexFormat.of().parseHex(ETHERNET + "0806" + "00".repeat(28)))
                        .isEmpty());
        assertTrue(Packet.of(1, new byte[5]).isEmpty());
        assertTrue(Packet.of(1, HexFormat.of().parseHex(IPV6.substring(0, 80))).isEmpty());
    }
}
