package io.fleetwall.node.dns.wire;

import java.util.Arrays;

/**
 * What makes two questions the same: lower-case name, type, DO and CD.
 *
 * <p>{@link #of} keeps a copy for a map; {@link #probe} is filled again for every look-up, so that
 * finding nothing or something allocates nothing. A probe is never put into a map. Ordered, because
 * a hash map sorts what collides: names chosen to collide cost a logarithm, not a list.
 */
public final class QuestionKey implements Comparable<QuestionKey> {
    private byte[] name = new byte[0];
    private int length;
    private int variant;
    private int hash;

    private QuestionKey() {}

    /** A key of its own. */
    public static QuestionKey of(QueryView query) {
        return probe().set(query.name(), query.nameLength(), query.variant());
    }

    /** A key to be filled by {@link #as}. */
    public static QuestionKey probe() {
        return new QuestionKey();
    }

    /** Becomes the key of this query, until the query is read again. */
    public QuestionKey as(QueryView query) {
        return set(query.nameBuffer(), query.nameLength(), query.variant());
    }

    private QuestionKey set(byte[] bytes, int count, int kind) {
        name = bytes;
        length = count;
        variant = kind;
        int h = kind;
        for (int i = 0; i < count; i++) {
            h = 31 * h + bytes[i];
        }
        hash = h ^ h >>> 16;
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuestionKey that
                && hash == that.hash
                && variant == that.variant
                && Arrays.equals(name, 0, length, that.name, 0, that.length);
    }

    @Override
    public int compareTo(QuestionKey that) {
        int byVariant = Integer.compare(variant, that.variant);
        return byVariant != 0
                ? byVariant
                : Arrays.compare(name, 0, length, that.name, 0, that.length);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
