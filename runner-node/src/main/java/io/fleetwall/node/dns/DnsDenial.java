package io.fleetwall.node.dns;

import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.document.Mode;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A query that was refused, or would have been but for audit mode; becomes the event {@code
 * dns.denied}.
 *
 * @param client who asked
 * @param name the asked name in presentation form, no trailing dot
 * @param type RFC 1035 QTYPE
 * @param rule the deny rule, where one decided
 * @param subject what the reason is about: the CNAME target, the dropped address, the type, the
 *     zone; else the name
 * @param mode ENFORCE: refused; AUDIT: answered and reported
 */
public record DnsDenial(
        InetSocketAddress client,
        String name,
        int type,
        Cause cause,
        Optional<CompiledRule> rule,
        String subject,
        Mode mode,
        long revision) {

    /** Why; the wire says the same by an Extended DNS Error (RFC 8914). */
    public enum Cause {
        /** A deny rule names the host: Blocked (15). */
        DENIED_BY_RULE,
        /** No rule allows the host and the default is deny: Filtered (17). */
        NO_RULE,
        /** The query type is not on the list: Filtered (17). */
        QUERY_TYPE,
        /** A CNAME in the answer leads to a host that a rule denies: Blocked (15). */
        ALIAS_DENIED,
        /** Too many new names, or too much in them, below one wildcard: Filtered (17). */
        ZONE_BUDGET,
        /** An answer held addresses that only an inside resolver may give: Filtered (17). */
        PRIVATE_ADDRESS
    }
}
