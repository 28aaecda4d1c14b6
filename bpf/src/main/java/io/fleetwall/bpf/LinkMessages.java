package io.fleetwall.bpf;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads rtnetlink messages about interfaces and their addresses (rtnetlink(7)). */
final class LinkMessages {
    /** RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR. */
    static final int GROUPS = 1 | 0x10 | 0x100;

    private static final int NEW_LINK = 16;
    private static final int DELETE_LINK = 17;
    private static final int GET_LINK = 18;
    private static final int NEW_ADDRESS = 20;
    private static final int DELETE_ADDRESS = 21;
    private static final int GET_ADDRESS = 22;

    private static final int LINK_BYTES = 16;
    private static final int NAME = 3;
    private static final int MASTER = 10;
    private static final int LINK_INFO = 18;
    private static final int INFO_KIND = 1;
    private static final int UP_FLAG = 1;

    private static final int ADDRESS_BYTES = 8;
    private static final int ADDRESS = 1;
    private static final int LOCAL = 2;

    private LinkMessages() {}

    /** Everything there is now: interfaces, then addresses. */
    static List<LinkEvent> dump() {
        List<LinkEvent> all = new ArrayList<>();
        try (Netlink netlink = Netlink.open(Netlink.ROUTE, 0)) {
            netlink.dump(GET_LINK, new byte[LINK_BYTES])
                    .forEach(message -> read(message).ifPresent(all::add));
            netlink.dump(GET_ADDRESS, new byte[ADDRESS_BYTES])
                    .forEach(message -> read(message).ifPresent(all::add));
        }
        return all;
    }

    /** What a message says; empty when it is of something else. */
    static Optional<LinkEvent> read(NetlinkMessage message) {
        return switch (message.type()) {
            case NEW_LINK -> link(message).map(LinkEvent.Present::new);
            case DELETE_LINK -> link(message).map(LinkEvent.Gone::new);
            case NEW_ADDRESS -> address(message).map(a -> a);
            case DELETE_ADDRESS ->
                    address(message)
                            .map(a ->
                                    new LinkEvent.AddressRemoved(
                                            a.ifindex(), a.address(), a.prefixLength()));
            default -> Optional.empty();
        };
    }

    /**
     * struct ifinfomsg. Messages of the bridge's family tell of ports: there, "deleted" means that
     * a port left its bridge, which a message of no family tells as well.
     */
    private static Optional<Link> link(NetlinkMessage message) {
        ByteBuffer fixed = message.fixed();
        if (fixed.get(0) != 0) {
            return Optional.empty();
        }
        Map<Integer, byte[]> attributes = message.attributes(LINK_BYTES);
        byte[] info = attributes.getOrDefault(LINK_INFO, new byte[0]);
        String type = NetlinkMessage.text(NetlinkMessage.nested(info), INFO_KIND);
        int flags = fixed.getInt(8);
        return Optional.of(
                new Link(
                        fixed.getInt(4),
                        NetlinkMessage.text(attributes, NAME),
                        Link.Kind.of(type, fixed.getShort(2) & 0xffff, flags),
                        type,
                        NetlinkMessage.number(attributes, MASTER),
                        (flags & UP_FLAG) != 0));
    }

    /** struct ifaddrmsg. Of a point-to-point link the local address is ours. */
    private static Optional<LinkEvent.AddressAdded> address(NetlinkMessage message) {
        ByteBuffer fixed = message.fixed();
        Map<Integer, byte[]> attributes = message.attributes(ADDRESS_BYTES);
        byte[] bytes = attributes.getOrDefault(LOCAL, attributes.get(ADDRESS));
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new LinkEvent.AddressAdded(
                            fixed.getInt(4), InetAddress.getByAddress(bytes), fixed.get(1) & 0xff));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
        }
    }
}
