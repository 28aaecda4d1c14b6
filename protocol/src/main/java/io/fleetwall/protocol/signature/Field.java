package io.fleetwall.protocol.signature;

import java.math.BigInteger;

/**
 * Numbers modulo 2^255 - 19, as five limbs of 51 bits. Products leave limbs of at most 2^51; a sum
 * or difference of two such may be multiplied at once, without a carry between.
 */
final class Field {
    static final int LIMBS = 5;
    static final BigInteger PRIME = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

    private static final int BITS = 51;
    private static final long MASK = (1L << BITS) - 1;

    /** Twice the prime in limbs of 52 bits: makes a difference positive limb by limb. */
    private static final long TWICE_LOW = (1L << 52) - 38;

    private static final long TWICE = (1L << 52) - 2;

    private Field() {}

    static long[] of(BigInteger number) {
        long[] limbs = new long[LIMBS];
        BigInteger rest = number.mod(PRIME);
        for (int i = 0; i < LIMBS; i++) {
            limbs[i] = rest.longValue() & MASK;
            rest = rest.shiftRight(BITS);
        }
        return limbs;
    }

    /** The one number below the prime that these limbs stand for. */
    static BigInteger number(long[] limbs) {
        BigInteger number = BigInteger.ZERO;
        for (int i = LIMBS - 1; i >= 0; i--) {
            number = number.shiftLeft(BITS).add(BigInteger.valueOf(limbs[i]));
        }
        return number.mod(PRIME);
    }

    static void add(long[] to, long[] a, long[] b) {
        for (int i = 0; i < LIMBS; i++) {
            to[i] = a[i] + b[i];
        }
    }

    /** {@code b} must be a product. */
    static void subtract(long[] to, long[] a, long[] b) {
        to[0] = a[0] + TWICE_LOW - b[0];
        for (int i = 1; i < LIMBS; i++) {
            to[i] = a[i] + TWICE - b[i];
        }
    }

    /** Makes limbs as small as a product's. */
    static void carry(long[] a) {
        long c1 = a[1] + (a[0] >>> BITS);
        long c2 = a[2] + (c1 >>> BITS);
        long c3 = a[3] + (c2 >>> BITS);
        long c4 = a[4] + (c3 >>> BITS);
        long c0 = (a[0] & MASK) + 19 * (c4 >>> BITS);
        a[0] = c0 & MASK;
        a[1] = (c1 & MASK) + (c0 >>> BITS);
        a[2] = c2 & MASK;
        a[3] = c3 & MASK;
        a[4] = c4 & MASK;
    }

    static void square(long[] to, long[] a) {
        multiply(to, a, a, 0);
    }

    static void multiply(long[] to, long[] a, long[] b) {
        multiply(to, a, b, 0);
    }

    /**
     * {@code to = a * b}, with b's limbs from {@code from} on. Every product of two limbs is split
     * at bit 51, so that no sum of such halves leaves 63 bits.
     */
    static void multiply(long[] to, long[] a, long[] b, int from) {
        long b0 = b[from];
        long b1 = b[from + 1];
        long b2 = b[from + 2];
        long b3 = b[from + 3];
        long b4 = b[from + 4];
        long x = a[0];
        long c0 = low(x, b0);
        long c1 = low(x, b1) + high(x, b0);
        long c2 = low(x, b2) + high(x, b1);
        long c3 = low(x, b3) + high(x, b2);
        long c4 = low(x, b4) + high(x, b3);
        long c5 = high(x, b4);
        x = a[1];
        c1 += low(x, b0);
        c2 += low(x, b1) + high(x, b0);
        c3 += low(x, b2) + high(x, b1);
        c4 += low(x, b3) + high(x, b2);
        c5 += low(x, b4) + high(x, b3);
        long c6 = high(x, b4);
        x = a[2];
        c2 += low(x, b0);
        c3 += low(x, b1) + high(x, b0);
        c4 += low(x, b2) + high(x, b1);
        c5 += low(x, b3) + high(x, b2);
        c6 += low(x, b4) + high(x, b3);
        long c7 = high(x, b4);
        x = a[3];
        c3 += low(x, b0);
        c4 += low(x, b1) + high(x, b0);
        c5 += low(x, b2) + high(x, b1);
        c6 += low(x, b3) + high(x, b2);
        c7 += low(x, b4) + high(x, b3);
        long c8 = high(x, b4);
        x = a[4];
        c4 += low(x, b0);
        c5 += low(x, b1) + high(x, b0);
        c6 += low(x, b2) + high(x, b1);
        c7 += low(x, b3) + high(x, b2);
        c8 += low(x, b4) + high(x, b3);
        long c9 = high(x, b4);
        // 2^255 is 19.
        to[0] = c0 + 19 * c5;
        to[1] = c1 + 19 * c6;
        to[2] = c2 + 19 * c7;
        to[3] = c3 + 19 * c8;
        to[4] = c4 + 19 * c9;
        carry(to);
    }

    private static long low(long a, long b) {
        return a * b & MASK;
    }

    private static long high(long a, long b) {
        return Math.multiplyHigh(a << 6, b << 7);
    }

    /** {@code 1/a} by Fermat: {@code a^(2^255 - 21)}. */
    static long[] inverse(long[] a) {
        long[] a2 = squared(a, 1);
        long[] a9 = product(squared(a2, 2), a);
        long[] a11 = product(a9, a2);
        // ones(n) is a^(2^n - 1).
        long[] ones5 = product(squared(a11, 1), a9);
        long[] ones10 = product(squared(ones5, 5), ones5);
        long[] ones20 = product(squared(ones10, 10), ones10);
        long[] ones40 = product(squared(ones20, 20), ones20);
        long[] ones50 = product(squared(ones40, 10), ones10);
        long[] ones100 = product(squared(ones50, 50), ones50);
        long[] ones200 = product(squared(ones100, 100), ones100);
        long[] ones250 = product(squared(ones200, 50), ones50);
        return product(squared(ones250, 5), a11);
    }

    private static long[] squared(long[] a, int times) {
        long[] square = a.clone();
        for (int i = 0; i < times; i++) {
            square(square, square);
        }
        return square;
    }

    private static long[] product(long[] a, long[] b) {
        long[] product = new long[LIMBS];
        multiply(product, a, b);
        return product;
    }
}
