package io.fleetwall.policy.verdict;

import static io.fleetwall.policy.verdict.Frames.ethernet;
import static io.fleetwall.policy.verdict.Frames.hopLimit;
import static io.fleetwall.policy.verdict.Frames.icmp;
import static io.fleetwall.policy.verdict.Frames.ipv4;
import static io.fleetwall.policy.verdict.Frames.ipv6;
import static io.fleetwall.policy.verdict.Frames.tcp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.policy.Data;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.packet.LinkKind;
import io.fleetwall.policy.verdict.Judgement.Action;
import java.util.Optional;
import java.util.TreeSet;

/** One policy, one state, and short ways to ask for verdicts on frames. */
final class Judging {
    static final String RULES =
            """
            allow: [ { cidr: 192.0.2.0/24 }, { cidr: 2001:db8::/32 }, { cidr: 192.0.2.9/32, ports: [icmp-echo] },
                     { cidr: 198.51.100.0/24, ports: [any] }, { host: a.example, ports: [443, 80] } ],
            deny: [ { cidr: 192.0.2.66/32 } ]
            """;
    static final CompiledPolicy POLICY = policy("{ " + RULES + "}");
    static final PlaneState STATE = under(POLICY);
    static final String ALLOWED4 = "192.0.2.1";
    static final String ALLOWED6 = "2001:db8::1";
    static final byte[] SYN = tcp(40000, 443, 2);
    static final byte[] ACK = tcp(40000, 443, 16);

    private Judging() {}

    static byte[] solicitation() {
        return hopLimit(ipv6("ff02::1:ff00:1", 58, icmp(135)), 255);
    }

    static byte[] frame4(String to, byte[] tcp) {
        return ethernet(0x0800, ipv4(to, 6, tcp));
    }

    static byte[] with(byte[] bytes, int index, int value) {
        byte[] changed = bytes.clone();
        changed[index] = (byte) value;
        return changed;
    }

    static CompiledPolicy policy(String spec) {
        Scope anybody = new Scope(new TreeSet<>(), Optional.empty());
        return Frames.compiled(Data.catalogue(spec).effective(anybody));
    }

    static PlaneState under(CompiledPolicy policy) {
        return PlaneState.EMPTY.withSlot(new Slot(1, policy, Slot.Dns.AS_ADDRESSED));
    }

    static Reason raw(byte[] packet) {
        return ReferenceVerdict.judge(packet, LinkKind.RAW, STATE).reason();
    }

    static Judgement judge4(byte[] packet, PlaneState state) {
        return ReferenceVerdict.judge(ethernet(0x0800, packet), LinkKind.ETHERNET, state);
    }

    static Judgement judge6(byte[] packet, PlaneState state) {
        return ReferenceVerdict.judge(ethernet(0x86dd, packet), LinkKind.ETHERNET, state);
    }

    static void expect4(Reason reason, byte[] packet) {
        assertEquals(reason, judge4(packet, STATE).reason());
    }

    static void expect6(Reason reason, byte[] packet) {
        assertEquals(reason, judge6(packet, STATE).reason());
    }

    static void expect(Reason reason, byte[] frame) {
        assertEquals(reason, ReferenceVerdict.judge(frame, LinkKind.ETHERNET, STATE).reason());
    }

    static void expect(Reason reason, Action action, byte[] frame, PlaneState state) {
        Judgement judgement = ReferenceVerdict.judge(frame, LinkKind.ETHERNET, state);
        assertEquals(reason, judgement.reason());
        assertEquals(action, judgement.action());
    }
}
