package io.fleetwall.policy.catalogue;

import io.fleetwall.policy.document.EgressPolicy;
import io.fleetwall.policy.document.PolicySources;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.ProblemCode;
import io.fleetwall.policy.document.Rule;
import io.fleetwall.policy.document.SourceFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All policies at one revision. Immutable; the sources are the truth and everything else follows
 * from them and {@code asOf}, so that every gateway that holds the same revision yields the same
 * effective policies.
 */
public final class Catalogue {
    private final long revision;
    private final Instant asOf;
    private final SortedMap<String, SourceFile> sources;
    private final SortedMap<String, EgressPolicy> policies;
    private final List<EgressPolicy> generalFirst;

    private Catalogue(
            long revision,
            Instant asOf,
            Collection<SourceFile> sources,
            SortedMap<String, EgressPolicy> policies) {
        this.revision = revision;
        this.asOf = asOf;
        SortedMap<String, SourceFile> byPath = new TreeMap<>();
        sources.forEach(source -> byPath.put(source.path(), source));
        this.sources = Collections.unmodifiableSortedMap(byPath);
        this.policies = policies;
        this.generalFirst =
                policies.values().stream()
                        .filter(policy -> !policy.isPack())
                        .sorted(Fit.GENERAL_FIRST)
                        .toList();
    }

    /** What reading sources came to. */
    public sealed interface Reading {
        /** A catalogue, and what its author should look at. */
        record Read(Catalogue catalogue, List<Problem> warnings) implements Reading {}

        /** Every problem, warnings included, by file and line. */
        record Refused(List<Problem> problems) implements Reading {}
    }

    /**
     * Reads a catalogue.
     *
     * @param revision the store's number for these sources
     * @param asOf the instant the revision was published: rules that expire until then are not in
     *     force; publish again at {@link #nextExpiry}
     */
    public static Reading read(long revision, Instant asOf, Collection<SourceFile> sources) {
        return switch (PolicySources.read(sources)) {
            case PolicySources.Reading.Refused refused -> new Reading.Refused(refused.problems());
            case PolicySources.Reading.Policies read -> {
                Catalogue catalogue = new Catalogue(revision, asOf, sources, read.policies());
                List<Problem> warnings = new ArrayList<>(read.warnings());
                warnings.addAll(catalogue.expired());
                yield new Reading.Read(catalogue, List.copyOf(warnings));
            }
        };
    }

    /** A catalogue without any policy: everything is denied. */
    public static Catalogue empty(long revision, Instant asOf) {
        return new Catalogue(
                revision, asOf, List.of(), Collections.unmodifiableSortedMap(new TreeMap<>()));
    }

    public long revision() {
        return revision;
    }

    /** The instant whose rules are in force. */
    public Instant asOf() {
        return asOf;
    }

    /** The files by path. */
    public SortedMap<String, SourceFile> sources() {
        return sources;
    }

    /** The documents by name, packs included. */
    public SortedMap<String, EgressPolicy> policies() {
        return policies;
    }

    /** SHA-256 of the sources, whatever revision and instant. */
    public byte[] digest() {
        return SourceFile.digest(sources.values());
    }

    /** The policies that fit a scope, merged; deny all where none does. */
    public EffectivePolicy effective(Scope scope) {
        return effective(scope, asOf);
    }

    /** The same with the rules that are in force at another instant, for questions about them. */
    public EffectivePolicy effective(Scope scope, Instant at) {
        Merge merge = new Merge(policies, at);
        fitting(scope).forEach(merge::add);
        return merge.result();
    }

    /** The policies that fit a scope, general to specific. */
    public List<EgressPolicy> fitting(Scope scope) {
        return generalFirst.stream().filter(p -> Fit.fits(p.match(), scope)).toList();
    }

    /** When the first rule that is in force ceases to be. */
    public Optional<Instant> nextExpiry() {
        return rules().flatMap(rule -> rule.expires().stream())
                .filter(expires -> expires.isAfter(asOf))
                .min(Comparator.naturalOrder());
    }

    private Stream<Rule> rules() {
        return policies.values().stream()
                .flatMap(policy -> Stream.concat(policy.allow().stream(), policy.deny().stream()));
    }

    private List<Problem> expired() {
        return rules().filter(rule -> rule.expires().filter(e -> !e.isAfter(asOf)).isPresent())
                .map(rule ->
                        Problem.of(
                                ProblemCode.EXPIRED,
                                rule.origin(),
                                "the rule for " + rule.subject() + " has expired",
                                "remove it, or move its date"))
                .toList();
    }
}
