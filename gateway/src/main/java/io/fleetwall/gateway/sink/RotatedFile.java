package io.fleetwall.gateway.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file of lines that is set aside when it is full or of another day: it becomes {@code .1}, that
 * {@code .2}. What {@link #append} returned from is on disk, whole lines only.
 *
 * <p>A crash within a write leaves a part of it. Its whole lines stay, as who wrote them does so
 * again and readers know them by their ids; half a line would make the next one unreadable, so it
 * is cut off before anything is written behind it.
 */
final class RotatedFile {
    /** How far back the end of the last whole line is looked for at a time. */
    private static final int WINDOW = 1 << 16;

    private final Path file;
    private final Limits limits;
    private boolean looked;

    /** When a file is set aside, and how many of those are kept for how long. */
    record Limits(long bytes, boolean daily, int files, Optional<Duration> age) {
        static Limits of(Map<String, String> words) {
            return new Limits(
                    Long.parseLong(words.getOrDefault("rotateMegabytes", "100")) << 20,
                    words.getOrDefault("rotateDaily", "false").equals("true"),
                    Integer.parseInt(words.getOrDefault("keepFiles", "5")),
                    Optional.ofNullable(words.get("keepDays"))
                            .map(days -> Duration.ofDays(Long.parseLong(days))));
        }
    }

    RotatedFile(Path file, Limits limits) {
        this.file = file.toAbsolutePath();
        this.limits = limits;
    }

    /** Adds whole lines, all or none of them, and syncs. */
    void append(byte[] lines, Instant now) throws IOException {
        if (!looked) {
            cutHalfLine();
            forget(now);
            looked = true;
        }
        if (Files.exists(file) && isDue(lines.length, now)) {
            rotate();
            forget(now);
        }
        boolean fresh = !Files.exists(file);
        write(lines);
        if (fresh) {
            syncDirectory();
        }
    }

    private boolean isDue(int more, Instant now) throws IOException {
        long size = Files.size(file);
        boolean otherDay =
                limits.daily()
                        && !day(Files.getLastModifiedTime(file).toInstant()).equals(day(now));
        return size > 0 && (size + more > limits.bytes() || otherDay);
    }

    private static LocalDate day(Instant time) {
        return time.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private void write(byte[] lines) throws IOException {
        var mode = PosixFilePermissions.fromString("rw-r-----");
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(mode))) {
            long end = channel.size();
            try {
                ByteBuffer rest = ByteBuffer.wrap(lines);
                long at = end;
                while (rest.hasRemaining()) {
                    at += channel.write(rest, at);
                }
                channel.force(true);
            } catch (IOException full) {
                channel.truncate(end);
                throw full;
            }
        }
    }

    private void cutHalfLine() throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = endOfLines(channel);
            if (end < channel.size()) {
                channel.truncate(end);
                channel.force(true);
            }
        }
    }

    private static long endOfLines(FileChannel channel) throws IOException {
        long end = channel.size();
        while (end > 0) {
            int length = (int) Math.min(WINDOW, end);
            ByteBuffer window = ByteBuffer.allocate(length);
            while (window.hasRemaining()
                    && channel.read(window, end - length + window.position()) > 0) {}
            for (int at = window.position() - 1; at >= 0; at--) {
                if (window.get(at) == '\n') {
                    return end - length + at + 1;
                }
            }
            end -= length;
        }
        return 0;
    }

    private void rotate() throws IOException {
        for (int number = limits.files(); number > 1; number--) {
            Path older = numbered(number - 1);
            if (Files.exists(older)) {
                Files.move(older, numbered(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        syncDirectory();
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    /** Those of an earlier, larger number of kept files go, too. */
    private void forget(Instant now) throws IOException {
        Path directory = file.resolveSibling(".");
        String prefix = file.getFileName() + ".";
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path one : all) {
                String name = one.getFileName().toString();
                String number = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
                if (number.matches("[1-9][0-9]{0,5}")
                        && (Integer.parseInt(number) > limits.files() || isOld(one, now))) {
                    Files.deleteIfExists(one);
                }
            }
        }
    }

    private boolean isOld(Path one, Instant now) throws IOException {
        return limits.age().isPresent()
                && Files.getLastModifiedTime(one)
                        .toInstant()
                        .isBefore(now.minus(limits.age().get()));
    }

    /** Names are on disk, too: a power cut would else take a file whose lines were synced. */
    private void syncDirectory() throws IOException {
        try (FileChannel directory =
                FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
