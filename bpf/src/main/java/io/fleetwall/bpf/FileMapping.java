package io.fleetwall.bpf;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file in this process's memory, as a line of /proc/self/smaps names it.
 *
 * @param from its first address
 * @param to the address after its last
 * @param file the path it was opened by
 */
record FileMapping(long from, long to, long inode, String file) {
    /**
     * Readable, perhaps executable, never writable; a path, which memory and a BPF map have not.
     * What a device maps may not come back.
     */
    private static final Pattern READ_ONLY =
            Pattern.compile(
                    "([0-9a-f]+)-([0-9a-f]+) r-[x-][ps] [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ ([0-9]+) +(/(?!dev/).*)");

    /** The mapping of a line, when it is one of a file, and only to be read. */
    static Optional<FileMapping> readOnly(String line) {
        Matcher found = READ_ONLY.matcher(line);
        return found.matches()
                ? Optional.of(
                        new FileMapping(
                                Long.parseUnsignedLong(found.group(1), 16),
                                Long.parseUnsignedLong(found.group(2), 16),
                                Long.parseLong(found.group(3)),
                                found.group(4)))
                : Optional.empty();
    }
}
