package io.fleetwall.node.dns.figure;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names a runner asked for most in the last one to two minutes, most first.
 *
 * @param asked all questions, counted by samples
 * @param denied those that the policy does not allow, each counted
 */
public record TopNames(List<Name> asked, List<Name> denied) {
    /** Nothing was asked. */
    public static final TopNames NONE = new TopNames(List.of(), List.of());

    /** One name. */
    public record Name(String name, long count) {}

    /** The names of two counts. */
    public static TopNames of(Map<String, Long> asked, Map<String, Long> denied) {
        return new TopNames(sorted(asked), sorted(denied));
    }

    /** Both together, as of two workers of one runner. */
    public TopNames plus(TopNames other) {
        return of(sum(asked, other.asked), sum(denied, other.denied));
    }

    private static Map<String, Long> sum(List<Name> some, List<Name> others) {
        return Stream.concat(some.stream(), others.stream())
                .collect(Collectors.toMap(Name::name, Name::count, Long::sum));
    }

    private static List<Name> sorted(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> new Name(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Name::count).reversed().thenComparing(Name::name))
                .toList();
    }
}
