package io.fleetwall.protocol.signature;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;

/**
 * Verifies Ed25519 signatures (RFC 8032) of one public key. A node checks thousands of statements
 * of the same key, so multiples of the key are prepared once: some ten times as fast as the JDK's
 * check, which starts anew each time. Nothing here is secret, so time may depend on the values.
 *
 * <p>Strict: a number not below the group's order, or a point not written in its one way, is
 * refused.
 */
final class FixedKey {
    private static final BigInteger ORDER =
            BigInteger.ONE
                    .shiftLeft(252)
                    .add(new BigInteger("27742317777372353535851937790883648493"));
    private static final CurveTable BASE =
            new CurveTable(
                    CurvePoint.of(
                            BigInteger.valueOf(4)
                                    .multiply(BigInteger.valueOf(5).modInverse(Field.PRIME))
                                    .mod(Field.PRIME),
                            false));
    private static final int HALF = 32;
    private final byte[] encoded;
    private final CurveTable negative;

    /** Prepares a key. */
    FixedKey(EdECPublicKey key) throws GeneralSecurityException {
        BigInteger y = key.getPoint().getY();
        try {
            this.encoded = CurvePoint.of(y, key.getPoint().isXOdd()).encoded();
            this.negative = new CurveTable(CurvePoint.of(y, !key.getPoint().isXOdd()));
        } catch (ArithmeticException none) {
            throw new GeneralSecurityException("the key is no point of the curve", none);
        }
    }

    boolean verifies(byte[] message, byte[] signature) throws GeneralSecurityException {
        if (signature.length != 2 * HALF) {
            return false;
        }
        byte[] s = Arrays.copyOfRange(signature, HALF, 2 * HALF);
        if (LittleEndian.number(s).compareTo(ORDER) >= 0) {
            return false;
        }
        MessageDigest sha = MessageDigest.getInstance("SHA-512");
        sha.update(signature, 0, HALF);
        sha.update(encoded);
        byte[] k = LittleEndian.bytes(LittleEndian.number(sha.digest(message)).mod(ORDER));
        return Arrays.equals(combine(s, k).encoded(), 0, HALF, signature, 0, HALF);
    }

    /** {@code s * B - k * A}: the odd digits first, times 16, then the even ones. */
    private CurvePoint combine(byte[] s, byte[] k) {
        byte[] ofBase = CurveTable.digits(s);
        byte[] ofKey = CurveTable.digits(k);
        CurvePoint sum = CurvePoint.neutral();
        for (int i = 1; i < ofBase.length; i += 2) {
            BASE.add(sum, i / 2, ofBase[i]);
            negative.add(sum, i / 2, ofKey[i]);
        }
        for (int i = 0; i < 4; i++) {
            sum.twice();
        }
        for (int i = 0; i < ofBase.length; i += 2) {
            BASE.add(sum, i / 2, ofBase[i]);
            negative.add(sum, i / 2, ofKey[i]);
        }
        return sum;
    }
}
