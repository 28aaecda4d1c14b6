package io.fleetwall.node.redirect;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The node's own nftables table, as text: runners' DNS is brought to the proxy, nothing else of
 * theirs reaches the node itself, and DNS that was not redirected is not forwarded.
 *
 * <p>One transaction: the table is declared (so that its deletion cannot fail), deleted, and made
 * anew. At no moment is there a packet that sees half of it. The TC filter judges first; this is
 * the second wall, and the only one for packets to the node's own addresses (threat model A4).
 */
public final class RedirectRules {
    /** Family and name; nobody else's table is ever touched. */
    public static final String TABLE = "inet fleetwall";

    private RedirectRules() {}

    /** The transaction that puts the rules for these interfaces in force. */
    public static String install(List<String> interfaces, int proxyPort) {
        String runners =
                interfaces.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
        return """
        table %1$s {}
        delete table %1$s
        table %1$s {
            set runners {
                type ifname
                elements = { %2$s }
            }
            chain prerouting {
                type nat hook prerouting priority dstnat - 1; policy accept;
                iifname @runners udp dport 53 redirect to :%3$d
                iifname @runners tcp dport 53 redirect to :%3$d
            }
            chain forward {
                type filter hook forward priority filter - 1; policy accept;
                iifname @runners meta l4proto { tcp, udp } th dport { 53, 853 } counter drop
            }
            chain input {
                type filter hook input priority filter - 1; policy accept;
                iifname @runners jump from_runner
            }
            chain from_runner {
                ct state established,related accept
                meta l4proto { tcp, udp } th dport %3$d accept
                meta l4proto { icmp, ipv6-icmp } accept
                counter drop
            }
        }
        """
                .formatted(TABLE, runners, proxyPort);
    }

    /** The transaction that removes them; succeeds also when they are not there. */
    public static String remove() {
        return "table %1$s {}%ndelete table %1$s%n".formatted(TABLE);
    }
}
