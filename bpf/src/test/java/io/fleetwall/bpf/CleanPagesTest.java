package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.bpf.NativeFunction.Kind;
import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is given back of this very process, and what is not. */
class CleanPagesTest {
    private static final int BYTES = 4 << 20;
    private static final byte IN_FILE = 7;
    private static final byte CHANGED = 9;
    private static final int MAP_PRIVATE = 2;
    private static final Pattern MAPPING =
            Pattern.compile("(?m)^([0-9a-f]+)-\\S+ (\\S+) .*\\n(?:[A-Z].*\\n)*?Rss: +([0-9]+) kB");

    private static final NativeFunction MPROTECT =
            NativeFunction.of(
                    Linker.nativeLinker().defaultLookup(),
                    "mprotect",
                    Kind.INT,
                    Kind.POINTER,
                    Kind.LONG,
                    Kind.INT);

    @TempDir private Path directory;
    private MemorySegment memory = MemorySegment.NULL;
    private final CleanPages pages = new CleanPages();

    /** A file of one byte over and over, mapped for this process alone, wholly read. */
    @BeforeEach
    @SuppressWarnings("restricted") // the length is that of the mapping
    void mapsAFile() throws IOException {
        byte[] content = new byte[BYTES];
        Arrays.fill(content, IN_FILE);
        Path file = Files.write(directory.resolve("file"), content);
        try (FileDescriptor opened = FileDescriptor.open(file)) {
            long address =
                    Libc.MMAP.require(
                            "file",
                            MemorySegment.NULL,
                            (long) BYTES,
                            Libc.PROT_READ | Libc.PROT_WRITE,
                            MAP_PRIVATE,
                            opened.number(),
                            0L);
            memory = MemorySegment.ofAddress(address).reinterpret(BYTES);
        }
    }

    @AfterEach
    void unmapsIt() {
        Libc.MUNMAP.require("file", memory, (long) BYTES);
    }

    private void protect() {
        MPROTECT.require("file", memory, (long) BYTES, Libc.PROT_READ);
    }

    private void assertAll(byte expected) {
        for (long i = 0; i < BYTES; i++) {
            assertEquals(expected, memory.get(JAVA_BYTE, i));
        }
    }

    private static long kilobytes(Predicate<Matcher> which) throws IOException {
        return MAPPING.matcher(Files.readString(Path.of("/proc/self/smaps")))
                .results()
                .map(found -> MAPPING.matcher(found.group()))
                .filter(Matcher::find)
                .filter(which)
                .mapToLong(found -> Long.parseLong(found.group(3)))
                .sum();
    }

    private long resident() throws IOException {
        String address = Long.toHexString(memory.address());
        return kilobytes(found -> found.group(1).equals(address));
    }

    @Test
    void whatIsOnlyReadIsGivenBackTheSecondTimeAndReadAgain() throws IOException {
        protect();
        assertAll(IN_FILE);
        pages.giveBack();
        assertEquals(BYTES / 1024, resident(), "at first sight it might be a library being loaded");

        long bytes = pages.giveBack();
        assertEquals(0, resident());
        assertTrue(bytes >= BYTES, () -> bytes + " bytes");
        assertAll(IN_FILE);
        assertEquals(BYTES / 1024, resident());
    }

    /** The kernel's word for it: {@code nh}, no huge pages. */
    @Test
    void whatComesBackComesBySmallPages() throws IOException {
        protect();
        pages.giveBack();
        pages.giveBack();
        String address = Long.toHexString(memory.address());
        Pattern flags = Pattern.compile("(?m)^" + address + "-.*\\n(?:[A-Z].*\\n)*?VmFlags:(.*)$");
        Matcher found = flags.matcher(Files.readString(Path.of("/proc/self/smaps")));
        assertTrue(found.find());
        assertTrue(found.group(1).contains(" nh"), found.group(1));
        assertEquals(IN_FILE, memory.get(JAVA_BYTE, 0));
        assertTrue(resident() < BYTES / 1024, "a word of it is not all of it");
    }

    @Test
    void whatMayBeWrittenStaysAsItIs() throws IOException {
        assertAll(IN_FILE);
        memory.set(JAVA_BYTE, 0, CHANGED);
        pages.giveBack();
        pages.giveBack();
        assertEquals(BYTES / 1024, resident());
        assertEquals(CHANGED, memory.get(JAVA_BYTE, 0));
    }

    /** So are a library's addresses, once it is loaded. */
    @Test
    void whatWasWrittenBeforeItWasProtectedStaysAsItIs() throws IOException {
        assertAll(IN_FILE);
        memory.set(JAVA_BYTE, BYTES - 1, CHANGED);
        protect();
        pages.giveBack();
        pages.giveBack();
        assertEquals(BYTES / 1024, resident());
        assertEquals(CHANGED, memory.get(JAVA_BYTE, BYTES - 1));
    }

    @Test
    void theJvmsOwnLibraryIsGivenBackWhileItRuns() throws IOException {
        Predicate<Matcher> library =
                found -> found.group(2).equals("r-xp") && found.group().contains("/libjvm.so\n");
        long before = kilobytes(library);
        pages.giveBack();
        pages.giveBack();
        long after = kilobytes(library);
        assertTrue(after < before, () -> before + " kB before, now " + after);
    }
}
