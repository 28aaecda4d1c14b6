package io.fleetwall.policy.document;

import io.fleetwall.policy.document.EgressPolicy.Include;
import io.fleetwall.policy.document.Problem.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** One pass over the sources: each document by itself, then names and includes between them. */
final class SourcesReading {
    /** A directory of thousands of small files is a mistake, not a policy. */
    static final int MAX_FILES = 5_000;

    /** Every gateway holds a handful of revisions in memory. */
    static final int MAX_TOTAL_BYTES = 64 << 20;

    /** Parts that start with a dot are editors' and ConfigMaps' own. */
    private static final Pattern PATH =
            Pattern.compile(
                    "(?=.{6,255}$)([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\\.yaml");

    private final List<Problem> problems = new ArrayList<>();
    private final SortedMap<String, EgressPolicy> policies = new TreeMap<>();
    private final Set<String> paths = new HashSet<>();
    private final Set<String> named = new HashSet<>();
    private final Set<String> done = new HashSet<>();
    private boolean nameless;

    PolicySources.Reading read(Collection<SourceFile> files) {
        List<SourceFile> sorted = new ArrayList<>(files);
        sorted.sort(Comparator.comparing(SourceFile::path));
        if (withinBounds(sorted)) {
            // By itself each document is read on any core: whoever publishes waits for this.
            List<PolicyReader.Draft> drafts =
                    sorted.parallelStream()
                            .map(file -> PolicyReader.draft(file.path(), file.bytes()))
                            .toList();
            for (int i = 0; i < sorted.size(); i++) {
                take(sorted.get(i), drafts.get(i));
            }
            policies.values().forEach(this::includes);
            policies.values().forEach(policy -> cycles(policy, new ArrayList<>()));
        }
        problems.sort(Problem.BY_PLACE);
        List<Problem> all = problems.stream().distinct().toList();
        return all.stream().anyMatch(p -> p.severity() == Severity.ERROR)
                ? new PolicySources.Reading.Refused(all)
                : new PolicySources.Reading.Policies(
                        Collections.unmodifiableSortedMap(policies), all);
    }

    private boolean withinBounds(List<SourceFile> files) {
        long bytes = files.stream().mapToLong(SourceFile::size).sum();
        if (files.size() <= MAX_FILES && bytes <= MAX_TOTAL_BYTES) {
            return true;
        }
        problems.add(
                Problem.of(
                        ProblemCode.SOURCES_SIZE,
                        new Origin(files.getFirst().path(), 1, 1),
                        "%,d files of %,d bytes".formatted(files.size(), bytes),
                        "a catalogue holds at most %,d files of %,d bytes"
                                .formatted(MAX_FILES, MAX_TOTAL_BYTES)));
        return false;
    }

    private void take(SourceFile file, PolicyReader.Draft draft) {
        Origin origin = new Origin(file.path(), 1, 1);
        if (!paths.add(file.path()) || !PATH.matcher(file.path()).matches()) {
            problems.add(
                    Problem.of(
                            ProblemCode.SOURCE_PATH,
                            origin,
                            "\""
                                    + file.path()
                                    + "\" cannot be the path of a policy file, or is twice",
                            "paths are relative, with slashes, end in .yaml, and have no hidden parts"));
            return;
        }
        problems.addAll(draft.problems());
        nameless |= draft.name().isEmpty();
        EgressPolicy first = policies.get(draft.name());
        if (first != null) {
            problems.add(
                    Problem.of(
                            ProblemCode.DUPLICATE_NAME,
                            draft.policy() == null ? origin : draft.policy().origin(),
                            "there are two policies called " + first.name(),
                            "the other one is " + first.origin() + "; rename one"));
        } else if (draft.policy() != null) {
            policies.put(draft.name(), draft.policy());
        }
        named.add(draft.name());
    }

    private void includes(EgressPolicy policy) {
        for (Include include : policy.include()) {
            if (!named.contains(include.pack()) && !nameless) {
                problems.add(
                        Problem.of(
                                ProblemCode.INCLUDE_UNKNOWN,
                                include.origin(),
                                "there is no pack called " + include.pack(),
                                Spelling.hint(include.pack(), packs())));
            }
        }
    }

    private List<String> packs() {
        return named.stream().filter(name -> name.startsWith(EgressPolicy.PACKS)).sorted().toList();
    }

    /** Follows includes to a pack that is already on the way; {@code done} keeps it linear. */
    private void cycles(EgressPolicy policy, List<String> way) {
        if (done.contains(policy.name())) {
            return;
        }
        way.add(policy.name());
        for (Include include : policy.include()) {
            EgressPolicy pack = policies.get(include.pack());
            if (way.contains(include.pack())) {
                String circle =
                        String.join(" → ", way.subList(way.indexOf(include.pack()), way.size()));
                problems.add(
                        Problem.of(
                                ProblemCode.INCLUDE_CYCLE,
                                include.origin(),
                                "packs include each other: " + circle + " → " + include.pack(),
                                "remove this include"));
            } else if (pack != null) {
                cycles(pack, way);
            }
        }
        way.removeLast();
        done.add(policy.name());
    }
}
