package io.fleetwall.protocol.signature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our check of signatures beside the JDK's, which is slow and was written by others. */
class FixedKeyTest {
    private static final BigInteger ORDER =
            BigInteger.ONE
                    .shiftLeft(252)
                    .add(new BigInteger("27742317777372353535851937790883648493"));
    private final Random random = new Random(25_519);

    /** RFC 8032, 7.1: test 1, test 3 and the test of SHA(abc). */
    @Test
    void theVectorsOfTheStandardAreAccepted() throws GeneralSecurityException {
        String[][] vectors = {
            {
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            },
            {
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            },
        };
        for (String[] vector : vectors) {
            byte[] message = HexFormat.of().parseHex(vector[1]);
            byte[] signature = HexFormat.of().parseHex(vector[2]);
            assertTrue(new FixedKey(key(vector[0])).verifies(message, signature));
        }
    }

    @Test
    void whatTheJdkSignsIsAcceptedAndEveryBitOfItCounts() throws GeneralSecurityException {
        for (int i = 0; i < 40; i++) {
            KeyPair pair = pair();
            FixedKey key = new FixedKey((EdECPublicKey) pair.getPublic());
            byte[] message = new byte[random.nextInt(200)];
            random.nextBytes(message);
            byte[] signature = signed(pair, message);
            assertTrue(key.verifies(message, signature));
            for (int bit = 0; bit < 8 * signature.length; bit += 1 + random.nextInt(8)) {
                byte[] bent = signature.clone();
                bent[bit / 8] ^= (byte) (1 << bit % 8);
                assertFalse(key.verifies(message, bent), "bit " + bit);
                assertEquals(jdk(pair, message, bent), key.verifies(message, bent));
            }
            assertFalse(key.verifies(new byte[201], signature));
        }
    }

    @Test
    void aSignatureOfAnotherKeyOrLengthIsRefused() throws GeneralSecurityException {
        KeyPair pair = pair();
        byte[] signature = signed(pair(), new byte[3]);
        FixedKey key = new FixedKey((EdECPublicKey) pair.getPublic());
        assertFalse(key.verifies(new byte[3], signature));
        assertFalse(key.verifies(new byte[3], new byte[64]));
        byte[] mine = signed(pair, new byte[3]);
        assertFalse(key.verifies(new byte[3], Arrays.copyOf(mine, 63)));
        assertFalse(key.verifies(new byte[3], Arrays.copyOf(mine, 65)));
    }

    /** S and S + L make the same equation true; only one of them is a signature. */
    @Test
    void aNumberThatIsNotBelowTheOrderIsRefused() throws GeneralSecurityException {
        KeyPair pair = pair();
        byte[] signature = signed(pair, new byte[] {1});
        byte[] s = Arrays.copyOfRange(signature, 32, 64);
        byte[] again = LittleEndian.bytes(LittleEndian.number(s).add(ORDER));
        System.arraycopy(again, 0, signature, 32, 32);
        FixedKey key = new FixedKey((EdECPublicKey) pair.getPublic());
        assertFalse(key.verifies(new byte[] {1}, signature));
    }

    @Test
    void aKeyThatIsNoPointOfTheCurveIsRefused() throws GeneralSecurityException {
        EdECPublicKey none =
                (EdECPublicKey)
                        KeyFactory.getInstance("Ed25519")
                                .generatePublic(
                                        new EdECPublicKeySpec(
                                                NamedParameterSpec.ED25519,
                                                new EdECPoint(false, BigInteger.TWO)));
        assertThrows(GeneralSecurityException.class, () -> new FixedKey(none));
    }

    @Test
    void theFieldAgreesWithBigNumbersAtItsEdgesToo() {
        for (BigInteger a : numbers()) {
            for (BigInteger b : numbers()) {
                long[] sum = new long[Field.LIMBS];
                long[] difference = new long[Field.LIMBS];
                Field.add(sum, Field.of(a), Field.of(b));
                Field.subtract(difference, Field.of(a), Field.of(b));
                long[] product = new long[Field.LIMBS];
                Field.multiply(product, sum, difference);
                BigInteger expected = a.add(b).multiply(a.subtract(b)).mod(Field.PRIME);
                assertEquals(expected, Field.number(product));
                Field.carry(sum);
                assertEquals(a.add(b).mod(Field.PRIME), Field.number(sum));
                assertTrue(Arrays.stream(product).allMatch(limb -> limb <= 1L << 51));
            }
            if (a.signum() != 0) {
                BigInteger inverse = Field.number(Field.inverse(Field.of(a)));
                assertEquals(a.modInverse(Field.PRIME), inverse);
            }
        }
    }

    /** The largest limbs that the formulas can bring: nothing may overflow. */
    @Test
    void limbsOfFiftyThreeBitsMultiplyRight() {
        long[] large = new long[Field.LIMBS];
        Arrays.fill(large, (1L << 53) + (1L << 10));
        BigInteger number = Field.number(large);
        long[] product = new long[Field.LIMBS];
        Field.multiply(product, large, large);
        assertEquals(number.multiply(number).mod(Field.PRIME), Field.number(product));
    }

    @Test
    void digitsStandForTheirNumber() {
        for (int i = 0; i < 100; i++) {
            BigInteger number =
                    i == 0 ? ORDER.subtract(BigInteger.ONE) : new BigInteger(252, random);
            byte[] digits = CurveTable.digits(LittleEndian.bytes(number));
            BigInteger again = BigInteger.ZERO;
            for (int n = digits.length - 1; n >= 0; n--) {
                again = again.shiftLeft(4).add(BigInteger.valueOf(digits[n]));
                assertTrue(Math.abs(digits[n]) <= 8);
            }
            assertEquals(number, again);
        }
    }

    @Test
    void bytesAreAsLongAsThePointsWrittenForm() {
        assertArrayEquals(new byte[32], LittleEndian.bytes(BigInteger.ZERO));
        byte[] full = LittleEndian.bytes(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE));
        assertEquals(
                BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE), LittleEndian.number(full));
    }

    private List<BigInteger> numbers() {
        List<BigInteger> numbers =
                new ArrayList<>(
                        List.of(
                                BigInteger.ZERO,
                                BigInteger.ONE,
                                BigInteger.valueOf(19),
                                Field.PRIME.subtract(BigInteger.ONE),
                                BigInteger.ONE.shiftLeft(51).subtract(BigInteger.ONE),
                                BigInteger.ONE.shiftLeft(254),
                                Field.PRIME.shiftRight(1)));
        for (int i = 0; i < 60; i++) {
            numbers.add(new BigInteger(255, random).mod(Field.PRIME));
        }
        return numbers;
    }

    private static EdECPublicKey key(String hex) throws GeneralSecurityException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        boolean odd = (bytes[31] & 0x80) != 0;
        bytes[31] &= 0x7f;
        EdECPoint point = new EdECPoint(odd, LittleEndian.number(bytes));
        return (EdECPublicKey)
                KeyFactory.getInstance("Ed25519")
                        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }

    private static KeyPair pair() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    private static byte[] signed(KeyPair pair, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
    }

    private static boolean jdk(KeyPair pair, byte[] message, byte[] signed)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(pair.getPublic());
        signature.update(message);
        try {
            return signature.verify(signed);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
