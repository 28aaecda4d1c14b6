package io.fleetwall.protocol.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the gateway's JDK signs, checked by another library; and what neither may take. */
class FleetKeyTest {
    private static final BigInteger ORDER =
            BigInteger.ONE
                    .shiftLeft(252)
                    .add(new BigInteger("27742317777372353535851937790883648493"));

    /** RFC 8410, 4: what stands before the 32 bytes of the key. */
    private static final String PREFIX = "302a300506032b6570032100";

    private final Random random = new Random(25_519);

    /** RFC 8032, 7.1: tests 1 and 3. */
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
            assertTrue(key(vector[0]).verifies(message, signature));
        }
    }

    @Test
    void whatTheJdkSignsIsAcceptedAndEveryBitOfItCounts() throws GeneralSecurityException {
        for (int i = 0; i < 20; i++) {
            KeyPair pair = pair();
            FleetKey key = FleetKey.of(pair.getPublic().getEncoded());
            byte[] message = new byte[random.nextInt(200)];
            random.nextBytes(message);
            byte[] signature = signed(pair, message);
            assertTrue(key.verifies(message, signature));
            for (int bit = 0; bit < 8 * signature.length; bit += 1 + random.nextInt(8)) {
                byte[] bent = signature.clone();
                bent[bit / 8] ^= (byte) (1 << bit % 8);
                assertFalse(key.verifies(message, bent), "bit " + bit);
            }
            assertFalse(key.verifies(new byte[201], signature));
        }
    }

    @Test
    void aSignatureOfAnotherKeyOrLengthIsRefused() throws GeneralSecurityException {
        KeyPair pair = pair();
        FleetKey key = FleetKey.of(pair.getPublic().getEncoded());
        assertFalse(key.verifies(new byte[3], signed(pair(), new byte[3])));
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
        reverse(signature);
        BigInteger s = new BigInteger(1, Arrays.copyOf(signature, 32));
        byte[] again = s.add(ORDER).toByteArray();
        assertEquals(32, again.length);
        System.arraycopy(again, 0, signature, 0, 32);
        reverse(signature);
        assertFalse(FleetKey.of(pair.getPublic().getEncoded()).verifies(new byte[] {1}, signature));
    }

    private static void reverse(byte[] bytes) {
        for (int i = 0; i < bytes.length / 2; i++) {
            byte kept = bytes[i];
            bytes[i] = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = kept;
        }
    }

    @Test
    void whatIsNoPointOfTheCurveOrNoSuchKeyIsRefused() throws GeneralSecurityException {
        assertThrows(GeneralSecurityException.class, () -> key("02" + "00".repeat(31)));
        byte[] rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic().getEncoded();
        assertThrows(GeneralSecurityException.class, () -> FleetKey.of(rsa));
        assertThrows(GeneralSecurityException.class, () -> FleetKey.of(new byte[7]));
    }

    private static FleetKey key(String hex) throws GeneralSecurityException {
        return FleetKey.of(HexFormat.of().parseHex(PREFIX + hex));
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
}
