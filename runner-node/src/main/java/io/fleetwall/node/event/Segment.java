package io.fleetwall.node.event;

import io.fleetwall.node.state.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One append-only file of the spool: records of {@code length:u32, crc32c:u32, payload}, big
 * endian. Its name is the sequence of its first record.
 *
 * <p>A process that dies in a write leaves a torn record at the end. It fails its checksum, and
 * reading stops before it; nothing before it is touched.
 */
final class Segment implements AutoCloseable {
    /** An event's texts are 64 KiB at most each; more is damage. */
    private static final int MAX_PAYLOAD = 1 << 20;

    private static final int HEADER = 8;

    private final Path file;
    private final FileChannel channel;
    private final long first;
    private long count;
    private long bytes;

    private Segment(Path file, FileChannel channel, long first) {
        this.file = file;
        this.channel = channel;
        this.first = first;
    }

    /** A new, empty file for records from {@code first}. */
    static Segment create(Path directory, long first) throws IOException {
        Path file = directory.resolve("%019d.events".formatted(first));
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        Segment segment = new Segment(file, channel, first);
        try {
            DurableFile.sync(directory);
        } catch (IOException failed) {
            segment.delete(); // else the next attempt would find it
            throw failed;
        }
        return segment;
    }

    /** A file that an earlier process left; counts the records that are whole. */
    static Segment open(Path file) throws IOException {
        String name = file.getFileName().toString();
        long first = Long.parseLong(name.substring(0, name.indexOf('.')));
        Segment segment = new Segment(file, FileChannel.open(file, StandardOpenOption.READ), first);
        for (Optional<Read> read = segment.read(0); read.isPresent(); ) {
            segment.bytes = read.get().next;
            segment.count++;
            read = segment.read(segment.bytes);
        }
        return segment;
    }

    long first() {
        return first;
    }

    /** The sequence after the last record. */
    long end() {
        return first + count;
    }

    long bytes() {
        return bytes;
    }

    void append(byte[] payload) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(HEADER + payload.length);
        record.putInt(payload.length).putInt(checksum(payload)).put(payload).flip();
        long position = bytes;
        while (record.hasRemaining()) {
            position += channel.write(record, position);
        }
        bytes = position;
        count++;
    }

    /** A record, and the offset of the one after it. */
    record Read(byte[] payload, long next) {}

    /** The record at {@code offset}; empty at the end and before anything torn. */
    Optional<Read> read(long offset) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (!fill(header, offset)) {
            return Optional.empty();
        }
        int length = header.getInt();
        int checksum = header.getInt();
        if (length < 1 || length > MAX_PAYLOAD) {
            return Optional.empty();
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        if (!fill(payload, offset + HEADER) || checksum(payload.array()) != checksum) {
            return Optional.empty();
        }
        return Optional.of(new Read(payload.array(), offset + HEADER + length));
    }

    private boolean fill(ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, offset + buffer.position());
            if (read < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    private static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    /** Returns once everything appended is on the disk. */
    void sync() throws IOException {
        channel.force(false);
    }

    /** The same for another thread; a segment deleted meanwhile is acknowledged and needs none. */
    Spool.Sync unsynced() {
        return () -> {
            try {
                channel.force(false);
            } catch (ClosedChannelException acknowledged) {
                if (Files.exists(file)) {
                    throw acknowledged;
                }
            }
        };
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
        close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
