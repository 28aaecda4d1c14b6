package io.fleetwall.protocol.signature;

/**
 * Multiples of one point, made once, so that a product with any number takes 64 additions and four
 * doublings: {@code n * 256^i * P} for n from 1 to 8 and i from 0 to 31. 31 KB.
 */
final class CurveTable {
    /** Where an entry has y + x. */
    static final int SUM = 0;

    /** Where it has y - x. */
    static final int DIFFERENCE = Field.LIMBS;

    /** Where it has 2dxy. */
    static final int PRODUCT = 2 * Field.LIMBS;

    private static final int WINDOWS = 32;
    private static final int MULTIPLES = 8;
    private static final long[] TWICE_D = Field.of(CurvePoint.D.shiftLeft(1));
    private final long[][] entries = new long[WINDOWS * MULTIPLES][];

    CurveTable(CurvePoint point) {
        CurvePoint base = point.copy();
        for (int window = 0; window < WINDOWS; window++) {
            long[] first = entry(base);
            CurvePoint multiple = base.copy();
            entries[window * MULTIPLES] = first;
            for (int n = 1; n < MULTIPLES; n++) {
                multiple.add(first);
                entries[window * MULTIPLES + n] = entry(multiple);
            }
            for (int i = 0; i < 8; i++) {
                base.twice();
            }
        }
    }

    private static long[] entry(CurvePoint point) {
        long[] inverse = Field.inverse(point.z);
        long[] x = new long[Field.LIMBS];
        long[] y = new long[Field.LIMBS];
        Field.multiply(x, point.x, inverse);
        Field.multiply(y, point.y, inverse);
        long[] part = new long[Field.LIMBS];
        long[] entry = new long[3 * Field.LIMBS];
        Field.add(part, y, x);
        Field.carry(part);
        System.arraycopy(part, 0, entry, SUM, Field.LIMBS);
        Field.subtract(part, y, x);
        Field.carry(part);
        System.arraycopy(part, 0, entry, DIFFERENCE, Field.LIMBS);
        Field.multiply(part, x, y);
        Field.multiply(part, part, TWICE_D);
        System.arraycopy(part, 0, entry, PRODUCT, Field.LIMBS);
        return entry;
    }

    /** Adds {@code digit * 256^window * P} for a digit from -8 to 8. */
    void add(CurvePoint to, int window, int digit) {
        if (digit > 0) {
            to.add(entries[window * MULTIPLES + digit - 1]);
        } else if (digit < 0) {
            to.subtract(entries[window * MULTIPLES - digit - 1]);
        }
    }

    /** The 64 digits, base 16 from -8 to 8, of a number below 2^253 (little-endian bytes). */
    static byte[] digits(byte[] number) {
        byte[] digits = new byte[2 * WINDOWS];
        int carry = 0;
        for (int i = 0; i < digits.length; i++) {
            int nibble = (i % 2 == 0 ? number[i / 2] : number[i / 2] >> 4) & 15;
            int digit = nibble + carry;
            carry = digit > 8 ? 1 : 0;
            digits[i] = (byte) (digit - 16 * carry);
        }
        return digits;
    }
}
