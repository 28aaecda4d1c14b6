package io.fleetwall.policy.verdict;

import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.EffectivePolicy;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.catalogue.ScopedRule;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.compiled.Outcome.Effect;
import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.HostPattern;
import io.fleetwall.policy.document.HostRule;
import io.fleetwall.policy.document.NetworkRule;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.document.Rule;
import io.fleetwall.policy.packet.Address;
import io.fleetwall.policy.verdict.Considered.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One question to a catalogue, answered from the rules themselves and not from compiled tables, so
 * that the two can be compared.
 */
final class Inquiry {
    /** Stable, so that rules of equal rank stay in the order of their ids. */
    private static final Comparator<Candidate> ORDER =
            Comparator.comparing(Candidate::effect)
                    .reversed()
                    .thenComparing(c -> c.rule() instanceof HostRule)
                    .thenComparing(c -> specificity(c.rule()), Comparator.reverseOrder());

    private final Destination destination;
    private final Optional<Address> address;
    private final EffectivePolicy effective;
    private final EffectivePolicy everWritten;
    private final Set<ScopedRule> inForce;

    Inquiry(Catalogue catalogue, Scope scope, Destination destination) {
        this.destination = destination;
        this.address = destination.address().map(Address::canonical);
        this.effective = catalogue.effective(scope);
        this.everWritten = catalogue.effective(scope, Instant.MIN);
        this.inForce = new HashSet<>(effective.allow());
        this.inForce.addAll(effective.deny());
    }

    /** A rule that names the destination. */
    private record Candidate(ScopedRule scoped, Effect effect) {
        Rule rule() {
            return scoped.rule();
        }
    }

    Explanation explain() {
        List<Candidate> candidates = new ArrayList<>();
        collect(everWritten.deny(), Effect.DENY, candidates);
        collect(everWritten.allow(), Effect.ALLOW, candidates);
        candidates.sort(ORDER);
        Optional<Candidate> decisive =
                early().isPresent()
                        ? Optional.empty()
                        : candidates.stream().filter(this::speaks).findFirst();
        List<Considered> considered =
                candidates.stream().map(c -> considered(c, decisive)).toList();
        return new Explanation(
                destination,
                reason(decisive),
                effective.mode(),
                effective.fits(),
                considered,
                notes(reason(decisive)));
    }

    private static int specificity(Rule rule) {
        return switch (rule) {
            case NetworkRule network -> network.network().length();
            case HostRule host ->
                    switch (host.pattern().depth()) {
                        case EXACT -> 2 * HostPattern.MAX_LENGTH;
                        case ONE_LABEL -> HostPattern.MAX_LENGTH + 1;
                        case MANY_LABELS -> host.pattern().base().length();
                    };
        };
    }

    private void collect(List<ScopedRule> rules, Effect effect, List<Candidate> into) {
        for (ScopedRule scoped : rules) {
            if (names(scoped.rule())) {
                into.add(new Candidate(scoped, effect));
            }
        }
    }

    private boolean names(Rule rule) {
        return switch (rule) {
            case NetworkRule network ->
                    address.filter(a -> network.network().contains(a.bytes())).isPresent();
            case HostRule host -> destination.host().filter(host.pattern()::matches).isPresent();
        };
    }

    private boolean speaks(Candidate candidate) {
        return inForce(candidate)
                && candidate.rule().ports().contains(destination.portClass(), destination.port());
    }

    private boolean inForce(Candidate candidate) {
        return inForce.contains(candidate.scoped());
    }

    private Considered considered(Candidate candidate, Optional<Candidate> decisive) {
        Standing standing = Standing.OVERRULED;
        if (decisive.filter(candidate::equals).isPresent()) {
            standing = Standing.DECIDES;
        } else if (!inForce(candidate)) {
            standing = Standing.EXPIRED;
        } else if (!speaks(candidate)) {
            standing = Standing.OTHER_PORT;
        }
        return new Considered(
                standing,
                candidate.effect(),
                candidate.scoped().policy(),
                candidate.rule().origin(),
                CompiledRule.text(candidate.effect(), candidate.rule()),
                candidate.rule().reason());
    }

    private Reason reason(Optional<Candidate> decisive) {
        if (early().isPresent()) {
            return early().get();
        }
        if (decisive.isPresent()) {
            boolean allow = decisive.get().effect() == Effect.ALLOW;
            return allow ? Reason.ALLOWED_BY_RULE : Reason.DENIED_BY_RULE;
        }
        return effective.fallback() == Fallback.ALLOW
                ? Reason.ALLOWED_BY_DEFAULT
                : Reason.DENIED_BY_DEFAULT;
    }

    /** What is decided before any rule is asked. */
    private Optional<Reason> early() {
        if (destination.portClass() == PortClass.OTHER) {
            return Optional.of(Reason.PROTOCOL);
        }
        boolean ported = destination.portClass() != PortClass.ICMP_ECHO;
        boolean dns = destination.port() == 53 || destination.port() == 853;
        return ported && dns ? Optional.of(Reason.DNS_ELSEWHERE) : Optional.empty();
    }

    private List<String> notes(Reason reason) {
        List<String> notes = new ArrayList<>();
        if (address.isPresent() && !address.equals(destination.address())) {
            notes.add("judged as the IPv4 address it carries, " + address.get());
        }
        if (reason == Reason.ALLOWED_BY_RULE && address.isEmpty()) {
            notes.add(
                    "holds for the addresses the node's DNS proxy learns for the name; a deny for"
                            + " one of their networks comes first");
        }
        if (reason == Reason.DENIED_BY_DEFAULT && destination.host().isEmpty()) {
            notes.add("a name that is allowed and resolves to this address would allow it");
        }
        return notes;
    }
}
