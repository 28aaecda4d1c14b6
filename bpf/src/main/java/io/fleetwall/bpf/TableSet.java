package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.fleetwall.policy.compiled.CompiledPolicy;
import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.compiled.ProgramIndex;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernel tables of one effective policy. Networks and the policy's own programs never change;
 * learned addresses come and go, and programs for them are appended.
 */
public final class TableSet {
    private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long EXPIRES = Layouts.offset(Layouts.LEARNED, "expires");
    private static final long PROGRAM = Layouts.offset(Layouts.LEARNED, "program");
    private static final long NAME = Layouts.offset(Layouts.LEARNED, "name");

    private final int index;
    private final TableMeta meta;
    private final Tables tables;
    private final TableWitness witness;
    private final ElementUpdate one;
    private final List<PortProgram> order;
    private final ProgramIndex programs;
    private boolean released;

    /**
     * A set.
     *
     * @param held the programs that stand in its tables, by index
     */
    TableSet(int index, TableMeta meta, Tables tables, List<PortProgram> held) {
        this.index = index;
        this.meta = meta;
        this.tables = tables;
        this.order = new ArrayList<>(held);
        this.witness = new TableWitness(tables, order);
        this.one = new ElementUpdate(tables.learned());
        this.programs = new ProgramIndex(order);
    }

    /** Its place in the outer tables, 1 and more. */
    public int index() {
        return index;
    }

    /** Unique in its pin directory, also over restarts. */
    public long generation() {
        return Integer.toUnsignedLong(meta.generation());
    }

    /** The policy's revision. */
    public long revision() {
        return meta.revision();
    }

    /** The policy's digest, 32 bytes. */
    public byte[] digest() {
        return meta.digest();
    }

    /** Number of prefixes. */
    public int networks() {
        return meta.networks();
    }

    TableMeta meta() {
        return meta;
    }

    /**
     * The index of an equal port program, appended when new.
     *
     * @throws BpfException E2BIG when the set has no room for another
     */
    public synchronized int programFor(PortProgram program) {
        requireLive();
        int known = programs.find(program);
        if (known >= 0) {
            return known;
        }
        int next = order.size();
        order.add(program); // before: what the kernel has is ours
        try {
            Programs.write(tables.programs(), next, program);
        } catch (BpfException e) {
            order.removeLast();
            throw e;
        }
        programs.added(next);
        return next;
    }

    /** The program at an index. */
    public synchronized PortProgram program(int at) {
        return order.get(at);
    }

    /** What the kernel was told of an address, expired or not; null for nothing. */
    public synchronized @Nullable LearnedAddress told(byte[] address) {
        return witness.told().get(address);
    }

    /** Every address the kernel was told of, two longs each, in no order. */
    public synchronized long[] toldAddresses() {
        return witness.told().addresses();
    }

    /** The names of the addresses it was told of, each as often as it has some. */
    public synchronized int[] toldNames() {
        return witness.told().names();
    }

    /** The addresses it was told of that expire before a moment of {@link BootClock}. */
    public synchronized List<byte[]> toldUntil(long moment) {
        return witness.told().expiringBefore(moment);
    }

    /** How many addresses the kernel was told of. */
    public synchronized int toldSize() {
        return witness.told().size();
    }

    /** Makes room in memory for so many addresses. */
    public synchronized void room(int addresses) {
        witness.told().room(addresses);
    }

    /**
     * Puts addresses in force; those already there get the new program, expiry and name. Returns
     * when the kernel has them.
     *
     * @throws BpfException E2BIG when the table is full; the batch's first addresses may be in
     */
    public synchronized void learn(List<LearnedAddress> batch) {
        requireLive();
        if (batch.size() == 1) {
            learnOne(batch);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment keys = arena.allocate(16L * batch.size(), 8);
            MemorySegment values = arena.allocate(Layouts.LEARNED.byteSize() * batch.size(), 8);
            for (int i = 0; i < batch.size(); i++) {
                LearnedAddress address = batch.get(i);
                requireProgram(address.program());
                MemorySegment.copy(address.address(), 0, keys, JAVA_BYTE, 16L * i, 16);
                fill(values, Layouts.LEARNED.byteSize() * i, address);
            }
            witness.learned(batch); // before: whatever a full table took of it is ours
            tables.learned().updateBatch(keys, values, batch.size());
        } catch (BpfException e) {
            recall(batch);
            throw e;
        }
    }

    /** What a full table did not take of a batch was not told. */
    private void recall(List<LearnedAddress> batch) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(16, 8);
            MemorySegment value = arena.allocate(Layouts.LEARNED);
            for (LearnedAddress each : batch) {
                MemorySegment.copy(each.address(), 0, key, JAVA_BYTE, 0, 16);
                if (tables.learned().lookup(key, value)) {
                    witness.learned(List.of(learned(key, value)));
                } else {
                    witness.forgot(List.of(each.address()));
                }
            }
        }
    }

    /** Nearly every answer: one address, and somebody waits for it. */
    private void learnOne(List<LearnedAddress> batch) {
        LearnedAddress address = batch.getFirst();
        requireProgram(address.program());
        MemorySegment.copy(address.address(), 0, one.key(), JAVA_BYTE, 0, 16);
        fill(one.value(), 0, address);
        witness.learned(batch); // before: what the kernel has is ours
        try {
            one.write();
        } catch (BpfException e) {
            recall(batch);
            throw e;
        }
    }

    private static void fill(MemorySegment values, long at, LearnedAddress address) {
        values.set(JAVA_LONG, at + EXPIRES, address.expiresAtBoottimeNanos());
        values.set(JAVA_INT, at + PROGRAM, address.program());
        values.set(JAVA_INT, at + NAME, address.nameId());
    }

    /** What is in the table now, expired addresses included. */
    public synchronized List<LearnedAddress> learned() {
        requireLive();
        List<LearnedAddress> found = new ArrayList<>();
        tables.learned().forEach((key, value) -> found.add(learned(key, value)));
        return found;
    }

    static LearnedAddress learned(MemorySegment key, MemorySegment value) {
        return new LearnedAddress(
                key.toArray(JAVA_BYTE),
                value.get(JAVA_INT, PROGRAM),
                value.get(JAVA_LONG, EXPIRES),
                value.get(JAVA_INT, NAME));
    }

    /** How what a walk has read of an address stands to what the kernel was told of it. */
    static ToldAddresses.Comparison compare(BpfMap.Walk walk, int place, ToldAddresses told) {
        long value = Layouts.LEARNED.byteSize() * place;
        MemorySegment values = walk.values();
        return told.compare(
                walk.keys().get(BIG_ENDIAN_LONG, 16L * place),
                walk.keys().get(BIG_ENDIAN_LONG, 16L * place + 8),
                values.get(JAVA_LONG, value + EXPIRES),
                ToldAddresses.says(
                        values.get(JAVA_INT, value + PROGRAM), values.get(JAVA_INT, value + NAME)));
    }

    /** Takes addresses out; those that are not there are passed over. Live flows go on. */
    public synchronized void forget(List<byte[]> addresses) {
        requireLive();
        try (Arena arena = Arena.ofConfined()) {
            for (byte[] address : addresses) {
                tables.learned().delete(arena.allocateFrom(JAVA_BYTE, address));
            }
        }
        witness.forgot(addresses);
    }

    /**
     * Says which policy an adopted set should hold; its networks are not compared before. Those of
     * sets that were built here are frozen, and not compared at all.
     */
    public synchronized void expect(CompiledPolicy policy) {
        requireLive();
        witness.expect(policy);
    }

    /** Its networks were written, read back and frozen just now: nobody can change them. */
    synchronized void built() {
        witness.sealed();
    }

    /** Takes what an adopted set has learned for what an agent put there. */
    synchronized void trustLearned() {
        witness.trustLearned();
    }

    synchronized Verification verify(Duration budget) {
        requireLive();
        return witness.compare(budget);
    }

    Tables tables() {
        return tables;
    }

    /** Kernel memory of its tables, as the kernel accounts it. */
    public synchronized long memoryBytes() {
        requireLive();
        return tables.memoryBytes();
    }

    private void requireProgram(int program) {
        if (program < 0 || program >= order.size()) {
            throw new IllegalArgumentException("no program " + program);
        }
    }

    private void requireLive() {
        if (released) {
            throw new IllegalStateException("table set " + index + " was released");
        }
    }

    /** Closes the descriptors; what is in the kernel stays as it is. */
    synchronized void close() {
        if (!released) {
            released = true;
            tables.close();
        }
    }

    @Override
    public String toString() {
        return "table set " + index + " (generation " + generation() + ")";
    }
}
