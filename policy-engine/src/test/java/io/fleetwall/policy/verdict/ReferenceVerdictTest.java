package io.fleetwall.policy.verdict;

import static io.fleetwall.policy.verdict.Frames.RUNNER4;
import static io.fleetwall.policy.verdict.Frames.RUNNER6;
import static io.fleetwall.policy.verdict.Frames.cut;
import static io.fleetwall.policy.verdict.Frames.data;
import static io.fleetwall.policy.verdict.Frames.ethernet;
import static io.fleetwall.policy.verdict.Frames.extension;
import static io.fleetwall.policy.verdict.Frames.fragment4;
import static io.fleetwall.policy.verdict.Frames.fragment6;
import static io.fleetwall.policy.verdict.Frames.hopLimit;
import static io.fleetwall.policy.verdict.Frames.icmp;
import static io.fleetwall.policy.verdict.Frames.ipv4;
import static io.fleetwall.policy.verdict.Frames.ipv6;
import static io.fleetwall.policy.verdict.Frames.join;
import static io.fleetwall.policy.verdict.Frames.options4;
import static io.fleetwall.policy.verdict.Frames.tag;
import static io.fleetwall.policy.verdict.Frames.tcp;
import static io.fleetwall.policy.verdict.Frames.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.fleetwall.policy.Data;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.HostTable;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.packet.LinkKind;
import io.fleetwall.policy.verdict.Frames.More;
import io.fleetwall.policy.verdict.Judgement.Action;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReferenceVerdictTest {
    private static final String RULES =
            """
            allow: [ { cidr: 192.0.2.0/24 }, { cidr: 2001:db8::/32 }, { cidr: 192.0.2.9/32, ports: [icmp-echo] },
                     { cidr: 198.51.100.0/24, ports: [any] }, { host: a.example, ports: [443, 80] } ],
            deny: [ { cidr: 192.0.2.66/32 } ]
            """;
    private static final CompiledPolicy POLICY = policy("{ " + RULES + "}");
    private static final PlaneState STATE = under(POLICY);
    private static final String ALLOWED4 = "192.0.2.1";
    private static final String ALLOWED6 = "2001:db8::1";
    private static final byte[] SYN = tcp(40000, 443, 2);
    private static final byte[] ACK = tcp(40000, 443, 16);

    @Test
    void nothing_but_link_upkeep_passes_without_a_table_set() {
        PlaneState none = PlaneState.EMPTY;
        expect(Reason.NO_TABLE_SET, Action.DROP, ethernet(0x0800, ipv4(ALLOWED4, 6, SYN)), none);
        expect(Reason.NO_TABLE_SET, Action.DROP, ethernet(0x1234, data(46)), none);
        expect(Reason.NO_TABLE_SET, Action.DROP, new byte[3], none);
        expect(Reason.ALLOWED_ARP, Action.PASS, ethernet(0x0806, data(28)), none);
        expect(Reason.ALLOWED_NEIGHBOUR, Action.PASS, ethernet(0x86dd, solicitation()), none);
    }

    @Test
    void link_headers_are_unwrapped_to_two_tags() {
        byte[] ip = ipv4(ALLOWED4, 6, SYN);
        expect(Reason.ALLOWED_BY_RULE, ethernet(0x0800, ip));
        expect(Reason.ALLOWED_BY_RULE, ethernet(0x8100, tag(0x0800, ip)));
        expect(Reason.ALLOWED_BY_RULE, ethernet(0x88a8, tag(0x8100, tag(0x0800, ip))));
        expect(Reason.ALLOWED_ARP, ethernet(0x8100, tag(0x0806, data(28))));
        expect(Reason.VLAN_DEPTH, ethernet(0x8100, tag(0x8100, tag(0x88a8, tag(0x0800, ip)))));
        expect(Reason.NOT_IP, ethernet(0x8100, tag(0x9100, tag(0x0800, ip))));
        expect(Reason.NOT_IP, ethernet(0x8847, ip));
        expect(Reason.TRUNCATED, cut(ethernet(0x0800, ip), 13));
        expect(Reason.TRUNCATED, cut(ethernet(0x8100, tag(0x0800, ip)), 17));
    }

    @Test
    void raw_links_start_with_the_ip_header() {
        assertEquals(Reason.ALLOWED_BY_RULE, raw(ipv4(ALLOWED4, 6, SYN)));
        assertEquals(Reason.ALLOWED_BY_RULE, raw(ipv6(ALLOWED6, 6, SYN)));
        assertEquals(Reason.NOT_IP, raw(data(60)));
        assertEquals(Reason.TRUNCATED, raw(new byte[0]));
    }

    @Test
    void ipv4_headers_that_contradict_themselves_are_dropped() {
        byte[] good = ipv4(ALLOWED4, 6, SYN);
        expect4(Reason.ALLOWED_BY_RULE, join(good, data(6))); // padding of a short frame
        expect4(Reason.MALFORMED, with(good, 0, 0x65));
        expect4(Reason.MALFORMED, with(good, 0, 0x44));
        expect4(Reason.MALFORMED, with(good, 3, 19));
        expect4(Reason.TRUNCATED, with(good, 3, 41));
        expect4(Reason.TRUNCATED, cut(good, 39));
        expect4(Reason.TRUNCATED, cut(good, 19));
        expect4(Reason.TRUNCATED, with(good, 3, 39)); // the IP packet ends inside the TCP header
        expect4(Reason.TRUNCATED, ipv4("198.51.100.1", 17, data(7)));
        expect4(Reason.TRUNCATED, ipv4("192.0.2.9", 1, new byte[] {8, 0, 0, 0}));
    }

    @Test
    void ipv4_options_are_walked() {
        byte[] good = ipv4(ALLOWED4, 6, SYN);
        expect4(Reason.ALLOWED_BY_RULE, options4(good, 1, 1, 148, 4, 0, 0));
        expect4(Reason.ALLOWED_BY_RULE, options4(good, 0, 131, 7, 4)); // behind the end of list
        expect4(Reason.SOURCE_ROUTE, options4(good, 131, 7, 4, 10, 0, 0, 1));
        expect4(Reason.SOURCE_ROUTE, options4(good, 1, 137, 7, 4, 10, 0, 0, 1));
        expect4(Reason.MALFORMED, options4(good, 7, 5, 4, 0));
        expect4(Reason.MALFORMED, options4(good, 7, 1, 4, 0));
        expect4(Reason.MALFORMED, options4(good, 7, 0, 4, 0));
        expect4(Reason.MALFORMED, options4(good, 1, 1, 1, 7));
    }

    @Test
    void later_fragments_follow_an_allowed_first_one() {
        byte[] whole = ipv4("198.51.100.1", 17, join(udp(4000, 4000), data(24)));
        byte[] later = fragment4(ipv4("198.51.100.1", 17, data(24)), 77, 32, More.NONE);
        expect4(Reason.FRAGMENT_UNKNOWN, later);
        Judgement first = judge4(fragment4(whole, 77, 0, More.FOLLOW), STATE);
        assertEquals(Reason.ALLOWED_BY_RULE, first.reason());
        assertEquals(Reason.ALLOWED_FRAGMENT, judge4(later, first.after()).reason());
        byte[] otherId = fragment4(ipv4("198.51.100.1", 17, data(24)), 78, 32, More.NONE);
        byte[] otherTarget = fragment4(ipv4("198.51.100.2", 17, data(24)), 77, 32, More.NONE);
        byte[] otherProtocol = fragment4(ipv4("198.51.100.1", 6, data(24)), 77, 32, More.NONE);
        assertEquals(Reason.FRAGMENT_UNKNOWN, judge4(otherId, first.after()).reason());
        assertEquals(Reason.FRAGMENT_UNKNOWN, judge4(otherTarget, first.after()).reason());
        assertEquals(Reason.FRAGMENT_UNKNOWN, judge4(otherProtocol, first.after()).reason());
        PlaneState swapped = first.after().withSlot(new Slot(2, POLICY, Slot.Dns.AS_ADDRESSED));
        assertEquals(Reason.FRAGMENT_UNKNOWN, judge4(later, swapped).reason());
    }

    @Test
    void a_denied_first_fragment_opens_no_way() {
        byte[] whole = ipv4("203.0.113.1", 17, join(udp(4000, 4000), data(24)));
        Judgement first = judge4(fragment4(whole, 77, 0, More.FOLLOW), STATE);
        assertEquals(Reason.DENIED_BY_DEFAULT, first.reason());
        byte[] later = fragment4(ipv4("203.0.113.1", 17, data(24)), 77, 32, More.NONE);
        assertEquals(Reason.FRAGMENT_UNKNOWN, judge4(later, first.after()).reason());
    }

    @Test
    void fragments_that_hide_the_transport_header_are_tiny() {
        expect4(
                Reason.FRAGMENT_TINY,
                fragment4(ipv4(ALLOWED4, 6, cut(SYN, 16)), 1, 0, More.FOLLOW));
        expect4(Reason.FRAGMENT_TINY, fragment4(ipv4(ALLOWED4, 6, data(8)), 1, 8, More.NONE));
        expect4(Reason.FRAGMENT_TINY, fragment4(ipv4(ALLOWED4, 6, data(8)), 1, 16, More.NONE));
        expect4(Reason.FRAGMENT_UNKNOWN, fragment4(ipv4(ALLOWED4, 6, data(8)), 1, 24, More.NONE));
        expect6(
                Reason.FRAGMENT_TINY,
                ipv6(ALLOWED6, 44, fragment6(6, 1, 0, More.FOLLOW, cut(SYN, 8))));
        expect6(Reason.FRAGMENT_TINY, ipv6(ALLOWED6, 44, fragment6(6, 1, 8, More.NONE, data(8))));
        byte[] chain = fragment6(60, 1, 0, More.FOLLOW, new byte[] {6, 9, 0, 0, 0, 0, 0, 0});
        expect6(Reason.FRAGMENT_TINY, ipv6(ALLOWED6, 44, chain));
    }

    @Test
    void ipv6_headers_that_contradict_themselves_are_dropped() {
        byte[] good = ipv6(ALLOWED6, 6, SYN);
        expect6(Reason.ALLOWED_BY_RULE, good);
        expect6(Reason.MALFORMED, with(good, 0, 0x50));
        expect6(Reason.TRUNCATED, with(good, 5, 21));
        expect6(Reason.TRUNCATED, cut(good, 39));
        expect6(Reason.TRUNCATED, with(good, 5, 19));
        expect6(Reason.MALFORMED, with(ipv6(ALLOWED6, 0, extension(6, SYN)), 5, 0));
    }

    @Test
    void ipv6_extension_headers_are_followed_as_far_as_six() {
        byte[] six = SYN;
        int next = 6;
        for (int i = 0; i < 6; i++) {
            six = extension(next, six);
            next = 60;
        }
        expect6(Reason.ALLOWED_BY_RULE, ipv6(ALLOWED6, 60, six));
        expect6(Reason.EXTENSION_CHAIN, ipv6(ALLOWED6, 60, extension(60, six)));
        expect6(Reason.ALLOWED_BY_RULE, ipv6(ALLOWED6, 0, extension(43, extension(6, SYN))));
        expect6(Reason.SOURCE_ROUTE, ipv6(ALLOWED6, 43, with(extension(6, SYN), 3, 1)));
        expect6(Reason.TRUNCATED, ipv6(ALLOWED6, 60, cut(extension(6, SYN), 7)));
        expect6(Reason.TRUNCATED, ipv6(ALLOWED6, 60, with(extension(6, SYN), 1, 9)));
        byte[] twice = fragment6(44, 1, 0, More.NONE, fragment6(6, 1, 0, More.NONE, SYN));
        expect6(Reason.EXTENSION_CHAIN, ipv6(ALLOWED6, 44, twice));
    }

    @Test
    void atomic_fragments_are_whole_packets() {
        expect6(Reason.ALLOWED_BY_RULE, ipv6(ALLOWED6, 44, fragment6(6, 1, 0, More.NONE, SYN)));
        expect6(
                Reason.DENIED_BY_DEFAULT,
                ipv6("2001:db9::1", 44, fragment6(6, 1, 0, More.NONE, SYN)));
    }

    @Test
    void ipv6_fragments_follow_an_allowed_first_one_by_their_32_bit_id() {
        byte[] first =
                ipv6(ALLOWED6, 44, fragment6(6, 0x12345, 0, More.FOLLOW, join(SYN, data(4))));
        byte[] later = ipv6(ALLOWED6, 44, fragment6(6, 0x12345, 24, More.NONE, data(8)));
        byte[] other = ipv6(ALLOWED6, 44, fragment6(6, 0x02345, 24, More.NONE, data(8)));
        PlaneState after = judge6(first, STATE).after();
        assertEquals(Reason.ALLOWED_FRAGMENT, judge6(later, after).reason());
        assertEquals(Reason.FRAGMENT_UNKNOWN, judge6(other, after).reason());
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

    private static byte[] solicitation() {
        return hopLimit(ipv6("ff02::1:ff00:1", 58, icmp(135)), 255);
    }

    private static byte[] frame4(String to, byte[] tcp) {
        return ethernet(0x0800, ipv4(to, 6, tcp));
    }

    private static byte[] with(byte[] bytes, int index, int value) {
        byte[] changed = bytes.clone();
        changed[index] = (byte) value;
        return changed;
    }

    private static CompiledPolicy policy(String spec) {
        Scope anybody = new Scope(new TreeSet<>(), Optional.empty());
        return Frames.compiled(Data.catalogue(spec).effective(anybody));
    }

    private static PlaneState under(CompiledPolicy policy) {
        return PlaneState.EMPTY.withSlot(new Slot(1, policy, Slot.Dns.AS_ADDRESSED));
    }

    private static Reason raw(byte[] packet) {
        return ReferenceVerdict.judge(packet, LinkKind.RAW, STATE).reason();
    }

    private static Judgement judge4(byte[] packet, PlaneState state) {
        return ReferenceVerdict.judge(ethernet(0x0800, packet), LinkKind.ETHERNET, state);
    }

    private static Judgement judge6(byte[] packet, PlaneState state) {
        return ReferenceVerdict.judge(ethernet(0x86dd, packet), LinkKind.ETHERNET, state);
    }

    private static void expect4(Reason reason, byte[] packet) {
        assertEquals(reason, judge4(packet, STATE).reason());
    }

    private static void expect6(Reason reason, byte[] packet) {
        assertEquals(reason, judge6(packet, STATE).reason());
    }

    private static void expect(Reason reason, byte[] frame) {
        assertEquals(reason, ReferenceVerdict.judge(frame, LinkKind.ETHERNET, STATE).reason());
    }

    private static void expect(Reason reason, Action action, byte[] frame, PlaneState state) {
        Judgement judgement = ReferenceVerdict.judge(frame, LinkKind.ETHERNET, state);
        assertEquals(reason, judgement.reason());
        assertEquals(action, judgement.action());
    }
}
