package io.fleetwall.node.enforce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The highest revision a runner ever had in force, on disk. Its room is taken when the file is
 * made: a disk that is full afterwards takes a higher number all the same, so that what was revoked
 * cannot be replayed.
 *
 * <p>Two records are written in turn, each in one sector of its own, with its complement behind the
 * number: of a record that was torn by a crash, the other one holds the number before.
 */
final class RevisionFloor {
    private static final int SECTOR = 512;
    private static final int RECORD = 2 * Long.BYTES;

    private final Path file;
    private long now;
    private int place;

    private RevisionFloor(Path file) {
        this.file = file;
    }

    /** Opens the file, or makes one with nothing in it. */
    static RevisionFloor open(Path file) throws IOException {
        RevisionFloor floor = new RevisionFloor(file);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            if (channel.size() < 2 * SECTOR) {
                channel.write(ByteBuffer.allocate(2 * SECTOR), 0);
                channel.force(true);
            }
            for (int each = 0; each < 2; each++) {
                long number = number(channel, each);
                if (number > floor.now) {
                    floor.now = number;
                    floor.place = each;
                }
            }
        }
        return floor;
    }

    /** 0 where nothing was ever in force, or the file is damaged. */
    private static long number(FileChannel channel, int place) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(RECORD);
        channel.read(record, (long) place * SECTOR);
        long number = record.getLong(0);
        return number == ~record.getLong(Long.BYTES) ? number : 0;
    }

    /** 0 where nothing was ever in force. */
    long now() {
        return now;
    }

    /** Writes a higher number down; returns once it is on the disk. A lower one changes nothing. */
    void raise(long revision) throws IOException {
        if (revision <= now) {
            return;
        }
        int other = 1 - place;
        ByteBuffer record = ByteBuffer.allocate(RECORD).putLong(revision).putLong(~revision).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(record, (long) other * SECTOR);
            channel.force(false);
        }
        place = other;
        now = revision;
    }
}
