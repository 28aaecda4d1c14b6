package io.fleetwall.protocol.signature;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A point of edwards25519 in extended coordinates (x = X/Z, y = Y/Z, xy = T/Z), changed in place so
 * that a verification makes no garbage. The formulas are those of RFC 8032, complete for all
 * points.
 */
final class CurvePoint {
    static final BigInteger D =
            BigInteger.valueOf(-121_665)
                    .multiply(BigInteger.valueOf(121_666).modInverse(Field.PRIME))
                    .mod(Field.PRIME);

    final long[] x;
    final long[] y;
    final long[] z;
    final long[] t;
    private final long[] a = new long[Field.LIMBS];
    private final long[] b = new long[Field.LIMBS];
    private final long[] c = new long[Field.LIMBS];
    private final long[] d = new long[Field.LIMBS];
    private final long[] e = new long[Field.LIMBS];

    private CurvePoint(BigInteger x, BigInteger y) {
        this.x = Field.of(x);
        this.y = Field.of(y);
        this.z = Field.of(BigInteger.ONE);
        this.t = Field.of(x.multiply(y));
    }

    /** Adds nothing. */
    static CurvePoint neutral() {
        return new CurvePoint(BigInteger.ZERO, BigInteger.ONE);
    }

    static CurvePoint of(BigInteger x, BigInteger y) {
        return new CurvePoint(x, y);
    }

    /**
     * The point with this y and a x of this parity; its negative has the other x.
     *
     * @throws ArithmeticException if there is none
     */
    static CurvePoint of(BigInteger y, boolean odd) {
        BigInteger p = Field.PRIME;
        BigInteger square = y.multiply(y).mod(p);
        BigInteger u = square.subtract(BigInteger.ONE).mod(p);
        BigInteger v = D.multiply(square).add(BigInteger.ONE).mod(p);
        BigInteger ratio = u.multiply(v.modInverse(p)).mod(p);
        BigInteger root = ratio.modPow(p.add(BigInteger.valueOf(3)).shiftRight(3), p);
        if (!root.multiply(root).mod(p).equals(ratio)) {
            BigInteger minusOneRoot = BigInteger.TWO.modPow(p.shiftRight(2), p);
            root = root.multiply(minusOneRoot).mod(p);
        }
        if (!root.multiply(root).mod(p).equals(ratio)
                || y.compareTo(p) >= 0
                || (root.signum() == 0 && odd)) {
            throw new ArithmeticException("no point of the curve");
        }
        return new CurvePoint(root.testBit(0) == odd ? root : p.subtract(root), y);
    }

    void twice() {
        Field.square(a, x);
        Field.square(b, y);
        Field.add(c, x, y);
        Field.square(c, c);
        Field.square(d, z);
        Field.add(d, d, d);
        Field.add(e, b, a);
        Field.carry(e);
        Field.subtract(b, b, a);
        Field.carry(b);
        Field.subtract(c, c, e);
        Field.subtract(d, d, b);
        Field.multiply(x, c, d);
        Field.multiply(y, e, b);
        Field.multiply(z, b, d);
        Field.multiply(t, c, e);
    }

    /** Adds one of a table's points. */
    void add(long[] entry) {
        mixed(entry, CurveTable.SUM, CurveTable.DIFFERENCE);
        Field.subtract(a, d, c);
        Field.add(b, d, c);
        finish();
    }

    /** Takes one of a table's points away: its negative has sum and difference exchanged. */
    void subtract(long[] entry) {
        mixed(entry, CurveTable.DIFFERENCE, CurveTable.SUM);
        Field.add(a, d, c);
        Field.subtract(b, d, c);
        finish();
    }

    private void mixed(long[] entry, int plus, int minus) {
        Field.subtract(a, y, x);
        Field.multiply(a, a, entry, minus);
        Field.add(b, y, x);
        Field.multiply(b, b, entry, plus);
        Field.multiply(c, t, entry, CurveTable.PRODUCT);
        Field.add(d, z, z);
        Field.subtract(e, b, a);
        Field.add(t, b, a);
    }

    private void finish() {
        Field.multiply(x, e, a);
        Field.multiply(y, b, t);
        Field.multiply(z, a, b);
        Field.multiply(t, e, t);
    }

    /** Its 32 bytes by RFC 8032. */
    byte[] encoded() {
        long[] inverse = Field.inverse(z);
        Field.multiply(a, x, inverse);
        Field.multiply(b, y, inverse);
        byte[] bytes = LittleEndian.bytes(Field.number(b));
        if (Field.number(a).testBit(0)) {
            bytes[bytes.length - 1] |= (byte) 0x80;
        }
        return bytes;
    }

    CurvePoint copy() {
        CurvePoint copy = neutral();
        System.arraycopy(x, 0, copy.x, 0, Field.LIMBS);
        System.arraycopy(y, 0, copy.y, 0, Field.LIMBS);
        System.arraycopy(z, 0, copy.z, 0, Field.LIMBS);
        System.arraycopy(t, 0, copy.t, 0, Field.LIMBS);
        return copy;
    }

    @Override
    public String toString() {
        return Arrays.toString(encoded());
    }
}
