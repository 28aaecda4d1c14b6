package io.fleetwall.protocol.signature;

import java.math.BigInteger;

/** Numbers of 32 or 64 bytes, the lowest byte first, as RFC 8032 writes them. */
final class LittleEndian {
    private static final int LENGTH = 32;

    private LittleEndian() {}

    static BigInteger number(byte[] bytes) {
        return new BigInteger(1, reversed(bytes));
    }

    /** The 32 bytes of a number below 2^256. */
    static byte[] bytes(BigInteger number) {
        byte[] bytes = new byte[LENGTH];
        byte[] big = number.toByteArray();
        for (int i = 0; i < Math.min(big.length, LENGTH); i++) {
            bytes[i] = big[big.length - 1 - i];
        }
        return bytes;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
