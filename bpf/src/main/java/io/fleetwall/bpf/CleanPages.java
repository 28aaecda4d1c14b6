package io.fleetwall.bpf;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pages of files that this process maps and only reads: libraries, the JVM's cache of classes.
 *
 * <p>A start reads most of them once. Given back they stay in the kernel's page cache as long as
 * nobody needs the room, and one that is read again is mapped again, without the disk. What nobody
 * reads is the process's no more.
 *
 * <p>Given back are only mappings that cannot be written and hold no page of the process's own, and
 * only when they were so the time before, too: a library that is being loaded is mapped whole at
 * first, and then written where it names addresses.
 */
public final class CleanPages {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final String LAST_FIELD = "VmFlags:";
    private static final int BYTES_PER_KILOBYTE = 1024;

    /** The smallest that there is; on some processors more. */
    private static final long LARGE_PAGE = 2 << 20;

    private Set<FileMapping> before = Set.of();

    /**
     * Gives back what was clean at the call before, and still is. Takes some milliseconds, in which
     * other threads go on.
     *
     * @return how many bytes of it were resident
     */
    public synchronized long giveBack() throws IOException {
        Map<FileMapping, Integer> now = clean();
        long bytes = 0;
        for (Map.Entry<FileMapping, Integer> entry : now.entrySet()) {
            if (before.contains(entry.getKey())) {
                giveBack(entry.getKey());
                bytes += (long) entry.getValue() * BYTES_PER_KILOBYTE;
            }
        }
        before = Set.copyOf(now.keySet());
        return bytes;
    }

    /**
     * What comes back comes by small pages: a file that was written at one go is kept in large
     * ones, and two megabytes would be mapped again for one word of them. A kernel without large
     * pages does not know that, and need not.
     */
    private static void giveBack(FileMapping mapping) {
        MemorySegment first = MemorySegment.ofAddress(mapping.from());
        long bytes = mapping.to() - mapping.from();
        if (bytes >= LARGE_PAGE) {
            Libc.MADVISE.call(first, bytes, Libc.MADV_NOHUGEPAGE);
        }
        Libc.MADVISE.require(mapping.file(), first, bytes, Libc.MADV_DONTNEED);
    }

    /** What is clean now, with the resident kilobytes of each. */
    private static Map<FileMapping, Integer> clean() throws IOException {
        Map<FileMapping, Integer> clean = new HashMap<>();
        Optional<FileMapping> mapping = Optional.empty();
        int resident = 0;
        int own = 0;
        try (BufferedReader lines = Files.newBufferedReader(MAPPINGS)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!Character.isUpperCase(line.charAt(0))) {
                    mapping = FileMapping.readOnly(line);
                    own = 0;
                } else if (line.startsWith("Rss:")) {
                    resident = kilobytes(line);
                } else if (line.startsWith("Anonymous:") || line.startsWith("Swap:")) {
                    own += kilobytes(line);
                } else if (line.startsWith(LAST_FIELD) && own == 0 && mapping.isPresent()) {
                    clean.put(mapping.get(), resident);
                }
            }
        }
        return clean;
    }

    private static int kilobytes(String field) {
        int end = field.lastIndexOf(' ');
        return Integer.parseInt(field, field.lastIndexOf(' ', end - 1) + 1, end, 10);
    }
}
