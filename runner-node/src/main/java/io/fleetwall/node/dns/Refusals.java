package io.fleetwall.node.dns;

import io.fleetwall.node.dns.DnsDenial.Cause;
import io.fleetwall.node.dns.address.CanonicalAddress;
import io.fleetwall.node.dns.address.InsideAddress;
import io.fleetwall.node.dns.budget.ZoneBudgets;
import io.fleetwall.node.dns.figure.BusyNames;
import io.fleetwall.node.dns.listen.Client;
import io.fleetwall.node.dns.wire.Answer;
import io.fleetwall.node.dns.wire.ExtendedError;
import io.fleetwall.node.dns.wire.Names;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.QueryTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says no, to the client (REFUSED with the reason as Extended DNS Error) and to whoever watches; in
 * audit mode only to the latter.
 *
 * <p>REFUSED and not NXDOMAIN: the name exists, a stub resolver does not cache the refusal, and the
 * build's log shows a different error than for a typing mistake.
 */
final class Refusals {
    private final AnswerGate gate;
    private final ZoneBudgets budgets;
    private final Replies replies;
    private final DnsCounters counters;
    private final BusyNames denied;

    Refusals(AnswerGate gate, ZoneBudgets budgets, Worker worker) {
        this.gate = gate;
        this.budgets = budgets;
        this.replies = worker.replies();
        this.counters = worker.counters();
        denied = new BusyNames(worker::nanos, 1);
    }

    /** The names refused, or only reported. */
    Map<String, Long> denied() {
        return denied.counts();
    }

    /** Reports a denied query; true when the policy enforces and the client was refused. */
    boolean query(DnsPolicy policy, Judgement judgement, QueryView query, Client client) {
        Cause cause = judgement.cause();
        Optional<CompiledRule> rule =
                cause == Cause.DENIED_BY_RULE
                        ? rule(policy, judgement.program())
                        : Optional.empty();
        String subject =
                cause == Cause.QUERY_TYPE
                        ? QueryTypes.name(query.type())
                        : Names.text(query.name());
        return refused(new Denied(policy, cause, rule, subject), query, client);
    }

    /** True when the name's zone has no budget left for one more and the client was refused. */
    boolean zone(DnsPolicy policy, QueryView query, Client client) {
        if (!budgets.counting()) {
            return false;
        }
        byte[] name = query.name();
        FreeZone zone = FreeZone.of(policy.hosts(), name);
        return !zone.name().isEmpty()
                && !budgets.admits(zone.name(), name, zone.below())
                && refused(
                        new Denied(policy, Cause.ZONE_BUDGET, Optional.empty(), zone.name()),
                        query,
                        client);
    }

    /** True when a CNAME of the answer leads to a denied host and the client was refused. */
    boolean alias(DnsPolicy policy, Answer answer, QueryView query, Client client) {
        for (byte[] alias : answer.aliases()) {
            PortProgram program = policy.hosts().match(alias, 0);
            if (Judgement.deniesAlias(program)) {
                Denied denied =
                        new Denied(
                                policy,
                                Cause.ALIAS_DENIED,
                                rule(policy, program),
                                Names.text(alias));
                return refused(denied, query, client);
            }
        }
        return false;
    }

    /**
     * Sorts out addresses that point inside and that no network rule permits. Reported one by one;
     * in audit mode nothing is sorted out.
     *
     * @return the addresses to leave out
     */
    List<byte[]> inside(DnsPolicy policy, Answer answer, QueryView query, Client client) {
        List<byte[]> dropped = new ArrayList<>();
        for (byte[] address : answer.addresses()) {
            if (InsideAddress.holds(address) && !gate.permitsPrivate(address)) {
                report(insideDenied(policy, address), query, client);
                dropped.add(address);
            }
        }
        return policy.mode() == Mode.ENFORCE ? dropped : List.of();
    }

    /** Refuses because every address was left out. */
    void onlyInside(DnsPolicy policy, byte[] address, QueryView query, Client client) {
        refuse(insideDenied(policy, address), query, client);
    }

    private static Denied insideDenied(DnsPolicy policy, byte[] address) {
        return new Denied(
                policy, Cause.PRIVATE_ADDRESS, Optional.empty(), CanonicalAddress.text(address));
    }

    private boolean refused(Denied denied, QueryView query, Client client) {
        report(denied, query, client);
        if (denied.policy().mode() == Mode.AUDIT) {
            return false;
        }
        refuse(denied, query, client);
        return true;
    }

    private void refuse(Denied denied, QueryView query, Client client) {
        replies.refused(query, client, denied.reason());
    }

    private void report(Denied denied, QueryView query, Client client) {
        counters.denied(denied.cause());
        this.denied.add(query.nameBuffer(), query.nameLength());
        gate.denied(
                new DnsDenial(
                        client.address(),
                        Names.text(query.name()),
                        query.type(),
                        denied.cause(),
                        denied.rule(),
                        denied.subject(),
                        denied.policy().mode(),
                        denied.policy().revision()));
    }

    private static Optional<CompiledRule> rule(DnsPolicy policy, @Nullable PortProgram program) {
        int id = Judgement.denyingRule(program);
        return id > 0 && id <= policy.rules().size()
                ? Optional.of(policy.rules().get(id - 1))
                : Optional.empty();
    }

    private record Denied(
            DnsPolicy policy, Cause cause, Optional<CompiledRule> rule, String subject) {
        ExtendedError reason() {
            String what =
                    switch (cause) {
                        case DENIED_BY_RULE -> "denied by " + ruleText();
                        case NO_RULE -> "no rule allows this name";
                        case QUERY_TYPE -> "query type " + subject + " is not allowed";
                        case ALIAS_DENIED -> "alias of " + subject + ", denied by " + ruleText();
                        case PRIVATE_ADDRESS -> "address " + subject + " is not public";
                        case ZONE_BUDGET -> "too many new names below " + subject;
                    };
            int code =
                    switch (cause) {
                        case DENIED_BY_RULE, ALIAS_DENIED -> ExtendedError.BLOCKED;
                        case NO_RULE, QUERY_TYPE, PRIVATE_ADDRESS, ZONE_BUDGET ->
                                ExtendedError.FILTERED;
                    };
            return ExtendedError.of(
                    code, "fleetwall: " + what + " (revision " + policy.revision() + ")");
        }

        private String ruleText() {
            return rule.map(r -> "'" + r.text() + "' at " + r.file() + ":" + r.line())
                    .orElse("a rule");
        }
    }
}
