package io.fleetwall.node.enforce;

import io.fleetwall.node.state.DurableFile;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Numbers for the names that addresses were learned for, because a kernel table entry has room for
 * a number only. Thread-safe.
 *
 * <p>The book is a file, so that an agent that adopts a kernel table knows the names in it and can
 * decide them again under the next policy. It is written without fsync: what a power cut takes from
 * it, it takes from the kernel too; what a killed agent had not written within its last second yet
 * are names whose addresses serve until they expire. A number is never given twice, so that a lost
 * record makes an entry nameless and never gives it another's name.
 */
final class NameBook implements AutoCloseable {
    /** Different names learned by one node; 262,144 at about 40 bytes are 10 MiB, 70 at worst. */
    static final int CAPACITY = 1 << 18;

    private static final int HEADER = 5;

    /** Records put together before they are written: each name of a build would be a call else. */
    private static final int PENDING = 8192;

    private final FileChannel file;
    private PackedNames names = new PackedNames();
    private final ByteBuffer pending = ByteBuffer.allocateDirect(PENDING);
    private int last;

    private NameBook(FileChannel file, int last) {
        this.file = file;
        this.last = last;
    }

    /**
     * Opens the book, and forgets the names that no kernel table uses.
     *
     * @param used numbers found in adopted tables, the least first
     */
    static NameBook open(Path path, int... used) throws IOException {
        Map<Integer, WireName> known = read(path);
        DurableFile.write(path, new byte[0]);
        int last = used.length == 0 ? 0 : used[used.length - 1];
        NameBook book =
                new NameBook(FileChannel.open(path, StandardOpenOption.APPEND), Math.max(0, last));
        for (Map.Entry<Integer, WireName> entry : known.entrySet()) {
            book.last = Math.max(book.last, entry.getKey());
            if (Arrays.binarySearch(used, entry.getKey()) >= 0) {
                book.add(entry.getKey(), entry.getValue());
            }
        }
        return book;
    }

    private static Map<Integer, WireName> read(Path path) throws IOException {
        Map<Integer, WireName> known = new TreeMap<>();
        if (!Files.exists(path)) {
            return known;
        }
        try (DataInputStream in =
                new DataInputStream(new java.io.BufferedInputStream(Files.newInputStream(path)))) {
            while (known.size() < CAPACITY) {
                int number = in.readInt();
                byte[] labels = new byte[in.readUnsignedByte()];
                in.readFully(labels);
                known.put(number, new WireName(labels));
            }
        } catch (EOFException e) {
            // The end, or a record torn by the end of the process that wrote it.
            return known;
        }
        return known;
    }

    /** The number of a name. */
    synchronized int number(WireName name) throws IOException {
        int known = names.number(name);
        if (known != 0) {
            return known;
        }
        if (names.size() >= CAPACITY) {
            // Entries that bear the old numbers become nameless: they serve until they expire.
            names = new PackedNames();
            pending.clear();
            file.truncate(0);
        }
        add(++last, name);
        return last;
    }

    private void add(int number, WireName name) throws IOException {
        names.add(number, name);
        byte[] labels = name.labels();
        if (pending.remaining() < HEADER + labels.length) {
            write();
        }
        pending.putInt(number).put((byte) labels.length).put(labels);
    }

    /** Hands what is put together to the file; often enough, and a killed agent has lost little. */
    synchronized void write() throws IOException {
        pending.flip();
        try {
            while (pending.hasRemaining()) {
                file.write(pending);
            }
        } finally {
            pending.clear();
        }
    }

    /** The name with this number, if the book still has it. */
    synchronized Optional<WireName> name(int number) {
        return Optional.ofNullable(names.name(number));
    }

    @Override
    public void close() throws IOException {
        write();
        file.close();
    }
}
