package io.fleetwall.node.redirect;

import java.util.stream.Collectors;

/**
 * The node's own nftables table, as text: runners' DNS is brought to the proxy, nothing else of
 * theirs reaches the node itself, and DNS that was not redirected is not forwarded.
 *
 * <p>One transaction: the table is declared (so that its deletion cannot fail), deleted, and made
 * anew. At no moment is there a packet that sees half of it. The TC filter judges first; this is
 * the second wall, and the only one for packets to the node's own addresses (threat model A4).
 *
 * <p>A source address must be one that is routed back to the runner (RFC 3704): an answer to a
 * borrowed one, the node's own time exceeded included, would carry what it quotes to whoever owns
 * it. Unspecified ones are DHCP's and duplicate address detection's, and never routed.
 *
 * <p>Protocols are numbers (1 ICMP, 6 TCP, 17 UDP, 58 ICMPv6): nft looks their names up in
 * /etc/protocols, which a minimal system does not have.
 */
public final class RedirectRules {
    /** Family and name; nobody else's table is ever touched. */
    public static final String TABLE = "inet fleetwall";

    private RedirectRules() {}

    /** The transaction that puts the rules in force. */
    public static String install(RedirectPlan plan) {
        StringBuilder chains = new StringBuilder();
        if (!plan.runners().isEmpty()) {
            chains.append(forRunners(plan));
        }
        plan.agent().ifPresent(agent -> chains.append(forMachine(agent, plan.port())));
        return """
        table %1$s {}
        delete table %1$s
        table %1$s {
        %2$s}
        """
                .formatted(TABLE, chains);
    }

    private static String forRunners(RedirectPlan plan) {
        String names =
                plan.runners().stream()
                        .map(name -> '"' + name + '"')
                        .collect(Collectors.joining(", "));
        return """
            set runners {
                type ifname
                elements = { %1$s }
            }
            chain source {
                type filter hook prerouting priority raw; policy accept;
                iifname @runners ip saddr 0.0.0.0 accept
                iifname @runners ip6 saddr :: accept
                iifname @runners fib saddr . iif oif missing counter drop
            }
            chain prerouting {
                type nat hook prerouting priority dstnat - 1; policy accept;
                iifname @runners udp dport 53 redirect to :%2$d
                iifname @runners tcp dport 53 redirect to :%2$d
            }
            chain forward {
                type filter hook forward priority filter - 1; policy accept;
                iifname @runners meta l4proto { 6, 17 } th dport { 53, 853 } counter drop
            }
            chain input {
                type filter hook input priority filter - 1; policy accept;
                iifname @runners jump from_runner
            }
            chain from_runner {
                ct state established,related accept
                meta l4proto { 6, 17 } th dport %2$d accept
                meta l4proto { 1, 58 } accept
                counter drop
            }
        """
                .formatted(names, plan.port());
    }

    /**
     * All the machine asks, also its own stub on 127.0.0.53. The agent is known by the control
     * group its sockets were made in: never by where they send, nor by a mark (threat model D2).
     * What is not redirected is denied at the uplink, so that a flushed table closes DNS.
     */
    private static String forMachine(ControlGroup agent, int port) {
        return """
            chain output {
                type nat hook output priority -101; policy accept;
                socket cgroupv2 level %1$d "%2$s" return
                udp dport 53 redirect to :%3$d
                tcp dport 53 redirect to :%3$d
            }
        """
                .formatted(agent.level(), agent.path(), port);
    }

    /** The transaction that removes them; succeeds also when they are not there. */
    public static String remove() {
        return "table %1$s {}%ndelete table %1$s%n".formatted(TABLE);
    }
}
