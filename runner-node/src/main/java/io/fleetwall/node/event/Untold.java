package io.fleetwall.node.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many packets and questions the agent knows of that are on disk in no event yet. Thread-safe.
 *
 * <p>The numbers live in a mapped file, so they outlive an agent that is killed: the next one
 * states them as a loss. They are raised before something leaves the kernel's ring and lowered
 * after its event is in the spool, so a kill in between states too much, never too little.
 */
public final class Untold {
    private static final int BYTES = 2 * Long.BYTES;
    private static final int IN_MEMORY = 0;
    private static final int KERNEL_LOST = Long.BYTES;

    private final ByteBuffer numbers;
    private final long left;

    private Untold(ByteBuffer numbers) {
        this.numbers = numbers;
        this.left = Math.max(0, number(IN_MEMORY));
        set(IN_MEMORY, left);
    }

    /** Opens the file, or creates it with nothing untold. */
    static Untold open(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            if (channel.size() < BYTES) {
                // Written, not only mapped: a disk that is full says so here and not by SIGBUS.
                channel.write(ByteBuffer.allocate(BYTES), 0);
            }
            return new Untold(
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES)
                            .order(ByteOrder.nativeOrder()));
        }
    }

    /** What an earlier agent had in memory when it ended. */
    public long left() {
        return left;
    }

    /** So many are known of from now on. */
    public synchronized void add(long count) {
        set(IN_MEMORY, number(IN_MEMORY) + count);
    }

    /** So many are in the spool now, described or as a number. */
    public synchronized void told(long count) {
        set(IN_MEMORY, number(IN_MEMORY) - count);
    }

    /** Known of and in no event yet. */
    public long now() {
        return number(IN_MEMORY);
    }

    /** The kernel's count of lost events that has been told, also by an earlier agent. */
    public long kernelLost() {
        return number(KERNEL_LOST);
    }

    /** The kernel's count has been told as far as this. */
    public void kernelLost(long count) {
        set(KERNEL_LOST, count);
    }

    private synchronized long number(int at) {
        return numbers.getLong(at);
    }

    private synchronized void set(int at, long value) {
        numbers.putLong(at, value);
    }
}
