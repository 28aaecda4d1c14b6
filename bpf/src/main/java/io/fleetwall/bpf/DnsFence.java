package io.fleetwall.bpf;

import io.fleetwall.bpf.NetlinkMessage.Writer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Routing rules that let DNS which waits for its redirect into this machine and never out of it.
 *
 * <p>The filter marks such packets ({@code FW_DNS_MARK}); nftables, behind it, gives them the
 * machine's own address. When somebody flushes the nftables rules, marked packets keep their
 * foreign address: these rules, before all others, know no way there. They stand when the agent is
 * dead. A mark can only close here, never open.
 */
public final class DnsFence {
    /** FW_DNS_MARK of layout.h. */
    static final int MARK = 0x46573533;

    private static final List<Integer> FAMILIES = List.of(Libc.AF_INET, Libc.AF_INET6);

    /**
     * In this order: in, if the machine's own. The machine's own look-ups (of a source, when
     * net.ipv4.conf.*.src_valid_mark is set) go on as ever. Out, never.
     */
    private static final List<Rule> RULES =
            List.of(
                    new Rule(1, Action.LOOK_UP, Table.LOCAL, ""),
                    new Rule(2, Action.LOOK_UP, Table.MAIN, "lo"),
                    new Rule(3, Action.PROHIBIT, Table.NONE, ""));

    private static final int NEW_RULE = 32;
    private static final int DELETE_RULE = 33;
    private static final int GET_RULE = 34;
    private static final int FIXED_BYTES = 12;
    private static final int ACTION_AT = 7;
    private static final int IN_INTERFACE = 3;
    private static final int PRIORITY = 6;
    private static final int FWMARK = 10;
    private static final int TABLE = 15;
    private static final int FWMASK = 16;
    private static final int NOT_HERE = 97; // EAFNOSUPPORT: a kernel without IPv6 leaks none

    private DnsFence() {}

    private enum Action {
        LOOK_UP(1),
        PROHIBIT(8);

        private final int number;

        Action(int number) {
            this.number = number;
        }
    }

    private enum Table {
        NONE(0),
        MAIN(254),
        LOCAL(255);

        private final int number;

        Table(int number) {
            this.number = number;
        }
    }

    private record Rule(int priority, Action action, Table table, String from) {
        byte[] body(int family) {
            byte[] fixed = new byte[FIXED_BYTES];
            fixed[0] = (byte) family;
            fixed[4] = (byte) table.number;
            fixed[ACTION_AT] = (byte) action.number;
            Writer writer =
                    new Writer()
                            .fixed(fixed)
                            .number(PRIORITY, priority)
                            .number(FWMARK, MARK)
                            .number(FWMASK, -1);
            return (from.isEmpty() ? writer : writer.text(IN_INTERFACE, from)).body();
        }

        String seen() {
            return seen(priority, action.number, table.number, from);
        }

        static String seen(int priority, int action, int table, String from) {
            return priority + " " + action + " " + table + " " + from;
        }
    }

    /** Puts the rules in force where they are not. */
    public static void install() {
        try (Netlink netlink = Netlink.open(Netlink.ROUTE, 0)) {
            for (int family : FAMILIES) {
                for (Rule rule : RULES) {
                    int errno =
                            netlink.change(NEW_RULE, NetlinkMessage.CREATE_ONLY, rule.body(family));
                    if (errno != 0 && errno != Errno.EEXIST && !absent(family, errno)) {
                        throw new BpfException(
                                errno, "routing rule", rule.toString(), Errno.hint(errno));
                    }
                }
            }
        }
    }

    /** Whether all of them are in force. */
    public static boolean stands() {
        try (Netlink netlink = Netlink.open(Netlink.ROUTE, 0)) {
            for (int family : FAMILIES) {
                Set<String> seen = seen(netlink, family);
                if (!seen.isEmpty() && !RULES.stream().allMatch(r -> seen.contains(r.seen()))) {
                    return false;
                }
                if (seen.isEmpty() && family == Libc.AF_INET) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Takes them away; succeeds also when they are not there. */
    public static void remove() {
        try (Netlink netlink = Netlink.open(Netlink.ROUTE, 0)) {
            for (int family : FAMILIES) {
                for (Rule rule : RULES) {
                    int errno = netlink.change(DELETE_RULE, 0, rule.body(family));
                    if (errno != 0 && errno != Errno.ENOENT && !absent(family, errno)) {
                        throw new BpfException(
                                errno, "routing rule", rule.toString(), Errno.hint(errno));
                    }
                }
            }
        }
    }

    private static boolean absent(int family, int errno) {
        return family == Libc.AF_INET6 && errno == NOT_HERE;
    }

    /** Every rule of a family in a form of our own; none when the kernel lacks the family. */
    private static Set<String> seen(Netlink netlink, int family) {
        byte[] fixed = new byte[FIXED_BYTES];
        fixed[0] = (byte) family;
        Set<String> seen = new HashSet<>();
        for (NetlinkMessage message : netlink.dump(GET_RULE, fixed)) {
            Map<Integer, byte[]> attributes = message.attributes(FIXED_BYTES);
            boolean ours =
                    NetlinkMessage.number(attributes, FWMARK) == MARK
                            && NetlinkMessage.number(attributes, FWMASK) == -1;
            seen.add(
                    ours
                            ? Rule.seen(
                                    NetlinkMessage.number(attributes, PRIORITY),
                                    message.body()[ACTION_AT],
                                    NetlinkMessage.number(attributes, TABLE),
                                    NetlinkMessage.text(attributes, IN_INTERFACE))
                            : "of others");
        }
        return seen;
    }
}
