package io.fleetwall.node.dns.budget;

/**
 * What one runner may ask upstream below one wildcard in a minute. Names that a policy lists one by
 * one have no budget: they carry nothing.
 *
 * @param names distinct names
 * @param bytes of information in those names: their length times the entropy of their characters
 * @param questions asked upstream, repeated ones too
 */
public record BudgetSettings(int names, int bytes, int questions) {
    /** Some ten times what a large build needs; a tunnel through it has 70 bytes a second. */
    public static final BudgetSettings DEFAULT = new BudgetSettings(400, 4096, 6000);

    /** Nothing is counted. */
    public static final BudgetSettings NONE =
            new BudgetSettings(1, Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** A zone's names are remembered exactly, so that memory bounds this. */
    public static final int MAX_NAMES = 4096;

    public BudgetSettings {
        if (names < 1 || names > MAX_NAMES || bytes < 64 || questions < 1) {
            throw new IllegalArgumentException(
                    "dns budget " + names + ", " + bytes + ", " + questions);
        }
    }
}
