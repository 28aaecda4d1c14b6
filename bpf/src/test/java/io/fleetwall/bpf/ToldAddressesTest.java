package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.fleetwall.bpf.ToldAddresses.Comparison;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What was told is known, whatever was told and taken back before. */
class ToldAddressesTest {
    private final ToldAddresses told = new ToldAddresses();

    @Test
    void another_program_name_or_expiry_is_a_change_and_another_address_unknown() {
        told.put(new LearnedAddress(address(1), 0, 5, 7));

        assertEquals(Comparison.SAME, compare(1, 0, 5, 7));
        assertEquals(Comparison.CHANGED, compare(1, 1, 5, 7));
        assertEquals(Comparison.CHANGED, compare(1, 0, 6, 7));
        assertEquals(Comparison.CHANGED, compare(1, 0, 5, 8));
        assertEquals(Comparison.UNKNOWN, compare(2, 0, 5, 7));
        assertEquals(Comparison.UNKNOWN, compare(0, 0, 0, 0), "an empty place is no address");
    }

    @Test
    void thousands_of_tellings_and_takings_back_end_as_a_map_would() {
        Random random = new Random(4);
        Map<Integer, Integer> model = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            int address = random.nextInt(3000);
            if (random.nextInt(5) < 2) {
                model.remove(address);
                told.remove(address(address));
            } else {
                model.put(address, i);
                told.put(new LearnedAddress(address(address), i & 0xffff, i, i));
            }
        }

        assertEquals(model.size(), told.size());
        for (int address = 0; address < 3000; address++) {
            Integer last = model.get(address);
            assertEquals(
                    last == null ? Comparison.UNKNOWN : Comparison.SAME,
                    last == null
                            ? compare(address, 0, 0, 0)
                            : compare(address, last & 0xffff, last, last));
        }
    }

    @Test
    void what_was_told_is_said_again_and_of_what_was_not_nothing() {
        told.put(new LearnedAddress(address(1), 3, -5, -7));

        LearnedAddress found = Objects.requireNonNull(told.get(address(1)));
        assertEquals(3, found.program());
        assertEquals(-5, found.expiresAtBoottimeNanos());
        assertEquals(-7, found.nameId());
        assertNull(told.get(address(2)));
    }

    @Test
    void room_is_made_at_once_and_nothing_is_lost_by_it() {
        for (int i = 1; i <= 100; i++) {
            told.put(new LearnedAddress(address(i), 0, i, i));
        }
        told.room(20_000);

        assertEquals(200, told.addresses().length);
        for (int i = 1; i <= 100; i++) {
            assertEquals(Comparison.SAME, compare(i, 0, i, i));
        }
        List<byte[]> old = told.expiringBefore(3);
        assertEquals(2, old.size());
        old.forEach(told::remove);
        assertEquals(Comparison.UNKNOWN, compare(2, 0, 2, 2));
        assertEquals(Comparison.SAME, compare(3, 0, 3, 3));
    }

    private Comparison compare(int address, int program, long expiresAt, int name) {
        ByteBuffer bytes = ByteBuffer.wrap(address(address));
        return told.compare(
                bytes.getLong(), bytes.getLong(), expiresAt, ToldAddresses.says(program, name));
    }

    /** Half of them differ in their first half, half in the other. */
    private static byte[] address(int number) {
        return ByteBuffer.allocate(16)
                .putLong((long) (number & 1) * number)
                .putLong((long) (~number & 1) * number)
                .array();
    }
}
