package io.fleetwall.node.enforce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.laboratory.fault.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionFloorTest {
    @Test
    void only_higher_numbers_count_and_outlive_who_wrote_them(@TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("highest");
        RevisionFloor floor = RevisionFloor.open(file);
        assertEquals(0, floor.now());
        for (long revision : new long[] {3, 2, 7, 7, Long.MAX_VALUE}) {
            floor.raise(revision);
            assertEquals(floor.now(), RevisionFloor.open(file).now());
        }
        assertEquals(Long.MAX_VALUE, floor.now());
    }

    @Test
    void a_torn_record_leaves_the_number_before(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("highest");
        RevisionFloor floor = RevisionFloor.open(file);
        floor.raise(0x0102030405060708L);
        floor.raise(0x0202030405060708L);
        byte[] whole = Files.readAllBytes(file);
        int second = whole[0] == 2 ? 0 : 512;
        for (int torn = 0; torn < 16; torn++) {
            byte[] damaged = whole.clone();
            damaged[second + torn] ^= 0x55;
            Files.write(file, damaged);
            assertEquals(0x0102030405060708L, RevisionFloor.open(file).now());
        }
    }

    @Test
    void a_full_disk_takes_a_higher_number() throws IOException {
        try (SmallDisk disk = SmallDisk.create()) {
            Path file = disk.directory().resolve("highest");
            RevisionFloor floor = RevisionFloor.open(file);
            disk.fill();
            floor.raise(9);
            disk.clear();
            assertEquals(9, RevisionFloor.open(file).now());
        }
    }
}
