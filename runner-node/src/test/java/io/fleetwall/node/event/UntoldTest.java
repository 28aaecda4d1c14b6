package io.fleetwall.node.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UntoldTest {
    @TempDir Path directory;

    private Untold open() throws IOException {
        return Untold.open(directory.resolve("untold"));
    }

    @Test
    void what_was_known_and_not_told_is_left_for_the_next() throws IOException {
        Untold killed = open();
        assertEquals(0, killed.left());
        killed.add(10);
        killed.told(3);
        killed.kernelLost(5);
        // Not closed: the process is gone.
        Untold next = open();
        assertEquals(7, next.left());
        assertEquals(5, next.kernelLost());
        next.told(next.left());
        assertEquals(0, open().left());
    }

    @Test
    void a_file_cut_short_begins_anew() throws IOException {
        Files.write(directory.resolve("untold"), new byte[] {1, 2, 3});
        assertEquals(0, open().left());
    }
}
