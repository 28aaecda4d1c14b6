package io.fleetwall.policy.document;

/**
 * A host name, or a wildcard over the names below one.
 *
 * @param depth how many labels the pattern adds in front of {@code base}
 * @param base lower-case ASCII name (A-labels, no trailing dot): the apex, never matched by a
 *     wildcard itself
 */
public record HostPattern(Depth depth, String base) {
    /** What stands in front of the base name. */
    public enum Depth {
        /** {@code host.example}: this name only. */
        EXACT,
        /** {@code *.example}: exactly one label more. */
        ONE_LABEL,
        /** {@code **.example}: one or more labels more. */
        MANY_LABELS
    }

    @Override
    public String toString() {
        return switch (depth) {
            case EXACT -> base;
            case ONE_LABEL -> "*." + base;
            case MANY_LABELS -> "**." + base;
        };
    }
}
