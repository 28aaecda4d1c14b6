package io.fleetwall.policy.verdict;

import static io.fleetwall.policy.verdict.Frames.RUNNER4;
import static io.fleetwall.policy.verdict.Frames.RUNNER6;
import static io.fleetwall.policy.verdict.Frames.arp;
import static io.fleetwall.policy.verdict.Frames.cut;
import static io.fleetwall.policy.verdict.Frames.data;
import static io.fleetwall.policy.verdict.Frames.ethernet;
import static io.fleetwall.policy.verdict.Frames.extension;
import static io.fleetwall.policy.verdict.Frames.hopLimit;
import static io.fleetwall.policy.verdict.Frames.icmp;
import static io.fleetwall.policy.verdict.Frames.ipv4;
import static io.fleetwall.policy.verdict.Frames.ipv6;
import static io.fleetwall.policy.verdict.Frames.tcp;
import static io.fleetwall.policy.verdict.Frames.udp;
import static io.fleetwall.policy.verdict.Judging.ACK;
import static io.fleetwall.policy.verdict.Judging.ALLOWED4;
import static io.fleetwall.policy.verdict.Judging.ALLOWED6;
import static io.fleetwall.policy.verdict.Judging.POLICY;
import static io.fleetwall.policy.verdict.Judging.RULES;
import static io.fleetwall.policy.verdict.Judging.STATE;
import static io.fleetwall.policy.verdict.Judging.SYN;
import static io.fleetwall.policy.verdict.Judging.expect;
import static io.fleetwall.policy.verdict.Judging.expect4;
import static io.fleetwall.policy.verdict.Judging.expect6;
import static io.fleetwall.policy.verdict.Judging.frame4;
import static io.fleetwall.policy.verdict.Judging.judge4;
import static io.fleetwall.policy.verdict.Judging.judge6;
import static io.fleetwall.policy.verdict.Judging.policy;
import static io.fleetwall.policy.verdict.Judging.solicitation;
import static io.fleetwall.policy.verdict.Judging.under;
import static io.fleetwall.policy.verdict.Judging.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.verdict.Judgement.Action;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What policy, memory and mode decide. */
class ReferenceVerdictTest {
    @Test
    void nothing_but_link_upkeep_passes_without_a_table_set() {
        PlaneState none = PlaneState.EMPTY;
        expect(Reason.NO_TABLE_SET, Action.DROP, ethernet(0x0800, ipv4(ALLOWED4, 6, SYN)), none);
        expect(Reason.NO_TABLE_SET, Action.DROP, ethernet(0x1234, data(46)), none);
        expect(Reason.NO_TABLE_SET, Action.DROP, new byte[3], none);
        expect(Reason.ALLOWED_ARP, Action.PASS, ethernet(0x0806, arp()), none);
        expect(Reason.ALLOWED_NEIGHBOUR, Action.PASS, ethernet(0x86dd, solicitation()), none);
    }

    @Test
    void other_protocols_are_refused_whatever_the_default() {
        PlaneState open =
                under(policy("{ default: allow, allow: [{ cidr: 0.0.0.0/0, ports: [any] }] }"));
        for (int protocol : new int[] {2, 4, 41, 47, 50, 51, 58, 132, 255}) {
            assertEquals(
                    Reason.PROTOCOL, judge4(ipv4(ALLOWED4, protocol, data(40)), open).reason());
        }
        for (int protocol : new int[] {1, 4, 41, 47, 50, 51, 59, 132}) {
            assertEquals(
                    Reason.PROTOCOL, judge6(ipv6(ALLOWED6, protocol, data(40)), open).reason());
        }
    }

    @Test
    void icmp_needs_a_rule_or_a_flow_it_belongs_to() {
        expect4(Reason.ALLOWED_BY_RULE, ipv4("192.0.2.9", 1, icmp(8)));
        expect4(Reason.DENIED_BY_DEFAULT, ipv4(ALLOWED4, 1, icmp(8)));
        expect4(Reason.ICMP_TYPE, ipv4("192.0.2.9", 1, icmp(0)));
        expect4(Reason.ICMP_TYPE, ipv4("192.0.2.9", 1, icmp(5, data(28))));
        PlaneState flowing = judge4(ipv4(ALLOWED4, 6, SYN), STATE).after();
        byte[] fromRemote = ipv4(ALLOWED4, RUNNER4, 6, cut(tcp(443, 40000, 16), 8));
        byte[] error = ipv4(ALLOWED4, 1, icmp(3, fromRemote));
        assertEquals(Reason.ALLOWED_ICMP_ERROR, judge4(error, flowing).reason());
        assertEquals(Reason.ICMP_TYPE, judge4(error, STATE).reason());
        byte[] elsewhere = ipv4("203.0.113.1", 1, icmp(3, fromRemote));
        assertEquals(Reason.ICMP_TYPE, judge4(elsewhere, flowing).reason());
        byte[] cutQuote = ipv4(ALLOWED4, 1, icmp(3, cut(fromRemote, 27)));
        assertEquals(Reason.ICMP_TYPE, judge4(cutQuote, flowing).reason());
        PlaneState swapped = flowing.withSlot(new Slot(2, POLICY, Slot.Dns.AS_ADDRESSED));
        assertEquals(Reason.ICMP_TYPE, judge4(error, swapped).reason());
    }

    @Test
    void icmpv6_errors_need_a_flow_too() {
        PlaneState flowing = judge6(ipv6(ALLOWED6, 6, SYN), STATE).after();
        byte[] fromRemote = ipv6(ALLOWED6, RUNNER6, 6, cut(tcp(443, 40000, 16), 8));
        byte[] error = ipv6(ALLOWED6, 58, icmp(2, fromRemote));
        assertEquals(Reason.ALLOWED_ICMP_ERROR, judge6(error, flowing).reason());
        assertEquals(Reason.ICMP_TYPE, judge6(error, STATE).reason());
        expect6(Reason.ICMP_TYPE, ipv6(ALLOWED6, 58, icmp(129)));
        expect6(Reason.DENIED_BY_DEFAULT, ipv6(ALLOWED6, 58, icmp(128)));
    }

    @Test
    void neighbour_discovery_and_listener_reports_stay_on_the_link() {
        expect6(Reason.ALLOWED_NEIGHBOUR, solicitation());
        expect6(Reason.ICMP_TYPE, hopLimit(solicitation(), 254));
        expect6(Reason.ALLOWED_NEIGHBOUR, hopLimit(ipv6("fe80::1", 58, icmp(136)), 255));
        expect6(Reason.ICMP_TYPE, hopLimit(ipv6(ALLOWED6, 58, icmp(136)), 255));
        expect6(Reason.ICMP_TYPE, hopLimit(ipv6("ff05::1", 58, icmp(135)), 255));
        PlaneState self = STATE.withSelf(Address.of("fd00:9::1"));
        byte[] toSelf = hopLimit(ipv6("fd00:9::1", 58, icmp(136)), 255);
        assertEquals(Reason.ALLOWED_NEIGHBOUR, judge6(toSelf, self).reason());
        expect6(Reason.ICMP_TYPE, toSelf);
        byte[] report = hopLimit(ipv6("ff02::16", 0, extension(58, icmp(143))), 1);
        expect6(Reason.ALLOWED_NEIGHBOUR, report);
        expect6(Reason.ICMP_TYPE, hopLimit(report, 2));
        expect6(Reason.ICMP_TYPE, hopLimit(ipv6("ff02::1", 58, icmp(130)), 1));
        expect6(Reason.ICMP_TYPE, hopLimit(ipv6("ff02::1", 58, icmp(134)), 255));
    }

    @Test
    void dns_goes_to_the_nodes_own_proxy_only() {
        PlaneState self = STATE.withSelf(Address.of("10.9.0.1"));
        assertEquals(
                Reason.ALLOWED_DNS_PROXY,
                judge4(ipv4("10.9.0.1", 17, udp(4000, 53)), self).reason());
        assertEquals(
                Reason.ALLOWED_DNS_PROXY,
                judge4(ipv4("10.9.0.1", 6, tcp(4000, 53, 2)), self).reason());
        assertEquals(
                Reason.DNS_ELSEWHERE,
                judge4(ipv4("198.51.100.1", 17, udp(4000, 53)), self).reason());
        assertEquals(
                Reason.DNS_ELSEWHERE,
                judge4(ipv4("10.9.0.1", 6, tcp(4000, 853, 2)), self).reason());
        PlaneState redirected = self.withSlot(new Slot(1, POLICY, Slot.Dns.REDIRECTED));
        byte[] foreign = ipv4("198.51.100.1", 17, udp(4000, 53));
        assertEquals(Reason.ALLOWED_DNS_PROXY, judge4(foreign, redirected).reason());
        byte[] foreignTls = ipv4("198.51.100.1", 17, udp(4000, 853));
        assertEquals(Reason.DNS_ELSEWHERE, judge4(foreignTls, redirected).reason());
        byte[] carried = ipv6("2002:a09:1::", 17, udp(4000, 53));
        assertEquals(Reason.DNS_ELSEWHERE, judge6(carried, self).reason());
    }

    @Test
    void learned_addresses_are_allowed_until_they_expire_and_live_flows_beyond() {
        PortProgram program =
                Objects.requireNonNull(HostTable.of(POLICY).match(HostTable.wire("a.example"), 0));
        Address address = Address.of("203.0.113.5");
        PlaneState learned = STATE.withLearned(address, new Learned(program, 100)).withNow(99);
        byte[] syn = ipv4("203.0.113.5", 6, SYN);
        byte[] ack = ipv4("203.0.113.5", 6, ACK);
        Judgement before = judge4(syn, learned);
        assertEquals(Reason.ALLOWED_BY_RULE, before.reason());
        PlaneState late = before.after().withNow(100);
        assertEquals(Reason.ALLOWED_BY_RULE, judge4(ack, late).reason());
        assertEquals(Reason.LEARNED_EXPIRED, judge4(syn, late).reason());
        assertEquals(Reason.LEARNED_EXPIRED, judge4(ack, learned.withNow(100)).reason());
        PlaneState swapped = late.withSlot(new Slot(2, POLICY, Slot.Dns.AS_ADDRESSED));
        assertEquals(Reason.LEARNED_EXPIRED, judge4(ack, swapped).reason());
        byte[] otherPort = ipv4("203.0.113.5", 6, tcp(40000, 22, 2));
        assertEquals(Reason.DENIED_BY_DEFAULT, judge4(otherPort, late).reason());
    }

    @Test
    void an_expired_name_does_not_close_a_default_that_allows() {
        CompiledPolicy open = policy("{ default: allow, " + RULES + "}");
        PortProgram program =
                Objects.requireNonNull(HostTable.of(open).match(HostTable.wire("a.example"), 0));
        PlaneState expired =
                under(open).withLearned(Address.of("203.0.113.5"), new Learned(program, 0));
        byte[] syn = ipv4("203.0.113.5", 6, SYN);
        assertEquals(Reason.ALLOWED_BY_DEFAULT, judge4(syn, expired).reason());
    }

    @Test
    void a_swap_cuts_an_established_flow_that_the_new_policy_does_not_allow() {
        PlaneState flowing = judge4(ipv4(ALLOWED4, 6, SYN), STATE).after();
        byte[] ack = ipv4(ALLOWED4, 6, ACK);
        assertEquals(Reason.ALLOWED_BY_RULE, judge4(ack, flowing).reason());
        Slot revoked = new Slot(2, policy("{ allow: [] }"), Slot.Dns.AS_ADDRESSED);
        assertEquals(Reason.DENIED_BY_DEFAULT, judge4(ack, flowing.withSlot(revoked)).reason());
    }

    @Test
    void a_denied_flow_is_decided_again_when_its_address_is_learned() {
        PlaneState denied = judge4(ipv4("203.0.113.5", 17, udp(4000, 443)), STATE).after();
        CompiledPolicy policy = policy("{ allow: [{ host: u.example, ports: [443/udp] }] }");
        PortProgram program =
                Objects.requireNonNull(HostTable.of(policy).match(HostTable.wire("u.example"), 0));
        PlaneState learned = denied.withLearned(Address.of("203.0.113.5"), new Learned(program, 9));
        byte[] again = ipv4("203.0.113.5", 17, udp(4000, 443));
        assertEquals(Reason.ALLOWED_BY_RULE, judge4(again, learned).reason());
    }

    @Test
    void an_audited_packet_passes_with_its_true_reason() {
        PlaneState audit = under(policy("{ mode: audit, " + RULES + "}"));
        expect(Reason.DENIED_BY_RULE, Action.PASS, frame4("192.0.2.66", SYN), audit);
        expect(Reason.DNS_ELSEWHERE, Action.PASS, frame4(ALLOWED4, tcp(1, 53, 2)), audit);
        expect(Reason.NOT_IP, Action.PASS, ethernet(0x1234, data(46)), audit);
    }

    @Test
    void denials_are_answered_where_an_answer_is_proper() {
        expect(Reason.DENIED_BY_RULE, Action.RESET, frame4("192.0.2.66", SYN), STATE);
        expect(Reason.DENIED_BY_RULE, Action.DROP, frame4("192.0.2.66", tcp(1, 443, 4)), STATE);
        byte[] datagram = ethernet(0x0800, ipv4("203.0.113.1", 17, udp(4000, 4000)));
        expect(Reason.DENIED_BY_DEFAULT, Action.PROHIBITED, datagram, STATE);
        byte[] group = ethernet(0x0800, ipv4("224.0.0.251", 17, udp(5353, 5353)));
        expect(Reason.DENIED_BY_DEFAULT, Action.DROP, group, STATE);
        byte[] broadcast = ethernet(0x0800, ipv4("255.255.255.255", 17, udp(68, 67)));
        expect(Reason.DENIED_BY_DEFAULT, Action.DROP, broadcast, STATE);
        expect(Reason.DENIED_BY_DEFAULT, Action.DROP, with(datagram, 0, 0x03), STATE);
        byte[] error = ethernet(0x0800, ipv4("203.0.113.1", 1, icmp(3)));
        expect(Reason.ICMP_TYPE, Action.DROP, error, STATE);
        byte[] tunnel = ethernet(0x0800, ipv4("203.0.113.1", 47, data(40)));
        expect(Reason.PROTOCOL, Action.PROHIBITED, tunnel, STATE);
        expect(Reason.NOT_IP, Action.DROP, ethernet(0x1234, data(46)), STATE);
        PlaneState silent = under(policy("{ onDeny: drop, " + RULES + "}"));
        expect(Reason.DENIED_BY_RULE, Action.DROP, frame4("192.0.2.66", SYN), silent);
    }

    @Test
    void an_allowed_packet_leaves_the_learned_table_alone() {
        Judgement judgement = judge4(ipv4(ALLOWED4, 6, SYN), STATE);
        assertEquals(STATE.learned(), judgement.after().learned());
        assertEquals(1, judgement.after().flows().size());
        assertSame(STATE.slot(), judgement.after().slot());
    }
}
