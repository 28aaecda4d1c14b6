package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PackedNamesTest {
    @Test
    void saysWhatAMapSays() {
        Random random = new Random(7);
        Map<WireName, Integer> numbers = new HashMap<>();
        Map<Integer, WireName> names = new HashMap<>();
        PackedNames packed = new PackedNames();
        int number = 0;
        for (int i = 0; i < 50_000; i++) {
            number += 1 + random.nextInt(3) / 2;
            WireName name = name(random.nextInt(30_000));
            packed.add(number, name);
            numbers.put(name, number);
            names.put(number, name);
        }
        numbers.forEach((name, expected) -> assertEquals(expected, packed.number(name)));
        for (int i = 0; i <= number + 1; i++) {
            assertEquals(names.get(i), packed.name(i));
        }
        assertEquals(names.size(), packed.size());
        assertEquals(0, packed.number(new WireName(new byte[] {1, 'z', 0})));
    }

    @Test
    void aNameOfAnyLengthFits() {
        PackedNames packed = new PackedNames();
        for (int length = 1; length <= 255; length++) {
            byte[] labels = new byte[length];
            labels[length - 1] = (byte) length;
            packed.add(length, new WireName(labels));
        }
        for (int length = 1; length <= 255; length++) {
            WireName name = packed.name(length);
            assertTrue(name != null && name.labels().length == length);
            assertEquals(length, packed.number(name));
        }
        assertNull(packed.name(0));
    }

    @Test
    void aNumberThatDoesNotRiseIsRefused() {
        PackedNames packed = new PackedNames();
        packed.add(5, new WireName(new byte[] {1, 'a', 0}));
        assertThrows(
                IllegalArgumentException.class,
                () -> packed.add(5, new WireName(new byte[] {1, 'b', 0})));
    }

    /** One of few enough that some come twice. */
    private static WireName name(int which) {
        byte[] labels =
                ("\u0006host" + which + "x\u0004test\u0000")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return new WireName(labels);
    }
}
