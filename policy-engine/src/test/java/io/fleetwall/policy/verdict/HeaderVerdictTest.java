package io.fleetwall.policy.verdict;

import static io.fleetwall.policy.verdict.Frames.arp;
import static io.fleetwall.policy.verdict.Frames.cut;
import static io.fleetwall.policy.verdict.Frames.data;
import static io.fleetwall.policy.verdict.Frames.ethernet;
import static io.fleetwall.policy.verdict.Frames.extension;
import static io.fleetwall.policy.verdict.Frames.fragment4;
import static io.fleetwall.policy.verdict.Frames.fragment6;
import static io.fleetwall.policy.verdict.Frames.ipv4;
import static io.fleetwall.policy.verdict.Frames.ipv6;
import static io.fleetwall.policy.verdict.Frames.join;
import static io.fleetwall.policy.verdict.Frames.options4;
import static io.fleetwall.policy.verdict.Frames.tag;
import static io.fleetwall.policy.verdict.Frames.udp;
import static io.fleetwall.policy.verdict.Judging.ALLOWED4;
import static io.fleetwall.policy.verdict.Judging.ALLOWED6;
import static io.fleetwall.policy.verdict.Judging.POLICY;
import static io.fleetwall.policy.verdict.Judging.STATE;
import static io.fleetwall.policy.verdict.Judging.SYN;
import static io.fleetwall.policy.verdict.Judging.expect;
import static io.fleetwall.policy.verdict.Judging.expect4;
import static io.fleetwall.policy.verdict.Judging.expect6;
import static io.fleetwall.policy.verdict.Judging.judge4;
import static io.fleetwall.policy.verdict.Judging.judge6;
import static io.fleetwall.policy.verdict.Judging.raw;
import static io.fleetwall.policy.verdict.Judging.with;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.policy.verdict.Frames.More;
import org.junit.jupiter.api.Test;

/** What the headers alone decide. */
class HeaderVerdictTest {
    @Test
    void link_headers_are_unwrapped_to_two_tags() {
        byte[] ip = ipv4(ALLOWED4, 6, SYN);
        expect(Reason.ALLOWED_BY_RULE, ethernet(0x0800, ip));
        expect(Reason.ALLOWED_BY_RULE, ethernet(0x8100, tag(0x0800, ip)));
        expect(Reason.ALLOWED_BY_RULE, ethernet(0x88a8, tag(0x8100, tag(0x0800, ip))));
        expect(Reason.ALLOWED_ARP, ethernet(0x8100, tag(0x0806, arp())));
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
    void a_first_fragment_has_its_transport_header_right_behind_the_fragment_header() {
        byte[] behindOptions = join(new byte[] {6, 0, 1, 4, 0, 0, 0, 0}, SYN);
        expect6(
                Reason.FRAGMENT_TINY,
                ipv6(ALLOWED6, 44, fragment6(60, 1, 0, More.FOLLOW, behindOptions)));
        expect6(
                Reason.ALLOWED_BY_RULE,
                ipv6(ALLOWED6, 44, fragment6(60, 1, 0, More.NONE, behindOptions)));
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
}
