package io.fleetwall.node.dns;

import io.fleetwall.policy.compiled.PortProgram;
import java.util.List;

/**
 * Addresses a runner is about to be told, which its kernel tables must hold first.
 *
 * @param policy the snapshot that allowed the name
 * @param name the question's name: lower-case wire labels with the root's zero byte, never a
 *     CNAME's target
 * @param addresses 16 bytes each, IPv4 (also embedded in NAT64, 6to4, Teredo) as {@code
 *     ::ffff:a.b.c.d}; at least one, at most {@code AnswerLimits.addresses()}
 * @param ttlSeconds how long the client may use the answer, at least 1; the gate adds its grace
 * @param program what the name's rules say of ports
 * @param aliases lower-case CNAME targets, in the order of the chain
 */
public record LearnedAnswer(
        DnsPolicy policy,
        byte[] name,
        List<byte[]> addresses,
        int ttlSeconds,
        PortProgram program,
        List<byte[]> aliases) {
    /** Of a name that has addresses itself. */
    public LearnedAnswer(
            DnsPolicy policy,
            byte[] name,
            List<byte[]> addresses,
            int ttlSeconds,
            PortProgram program) {
        this(policy, name, addresses, ttlSeconds, program, List.of());
    }
}
