package io.fleetwall.protocol.message;

import java.util.Arrays;
import java.util.List;

/**
 * The fleet's word for whose signatures count from now on, signed by a key that counted until then.
 * Who trusts the keys of one statement can follow the next, and nobody else can make one.
 *
 * @param number one more than that of the statement before, from 1
 * @param keys exactly these count: X.509 SubjectPublicKeyInfo, DER; the last is the newest
 * @param keyId which key signed
 * @param signature 64 bytes
 */
public record KeyStatement(long number, List<byte[]> keys, String keyId, byte[] signature) {
    /** A key that is rotated, the one that follows it, and a reserve. */
    public static final int MOST_KEYS = 8;

    public KeyStatement {
        if (number < 1 || keys.isEmpty() || keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException(
                    "statement " + number + " of " + keys.size() + " keys");
        }
        keys = keys.stream().map(byte[]::clone).toList();
        signature = signature.clone();
    }

    @Override
    public List<byte[]> keys() {
        return keys.stream().map(byte[]::clone).toList();
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyStatement that
                && number == that.number
                && Arrays.deepEquals(keys.toArray(), that.keys.toArray())
                && keyId.equals(that.keyId)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature) * 31 + Long.hashCode(number);
    }

    @Override
    public String toString() {
        return "KeyStatement[" + number + ", " + keys.size() + " keys, by " + keyId + "]";
    }
}
