package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reader against a ring that is written here as kernel/bpf/ringbuf.c does. */
final class EventRingTest {
    private static final int SIZE = 1 << 17; // two windows
    private static final long BUSY = 1L << 31;
    private static final long DISCARDED = 1L << 30;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment read = arena.allocate(8, 8);
    private final MemorySegment written = arena.allocate(8, 8);
    private final MemorySegment records = arena.allocate(SIZE, 8);
    private final EventRing ring = new EventRing(-1, new Memory(read, written, records));
    private final List<String> seen = new ArrayList<>();

    @Test
    void everyRecordIsReadWholeAlsoOverTheEnd() {
        int next = 0;
        for (int turn = 0; turn < 1000; turn++) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int words = 1 + next % 13;
                expected.add(put(next++, words, 0));
            }
            seen.clear();
            ring.drain(this::take);
            assertEquals(expected, seen);
            assertEquals(written.get(JAVA_LONG, 0), read.get(JAVA_LONG, 0));
        }
    }

    @Test
    void aRecordThatIsBeingWrittenHoldsUpWhatIsBehindIt() {
        String first = put(1, 3, 0);
        long at = written.get(JAVA_LONG, 0);
        String second = put(2, 3, BUSY);
        String third = put(3, 3, 0);
        ring.drain(this::take);
        assertEquals(List.of(first), seen);
        assertEquals(at, read.get(JAVA_LONG, 0));
        records.set(JAVA_LONG, at & SIZE - 1, 24);
        ring.drain(this::take);
        assertEquals(List.of(first, second, third), seen);
    }

    @Test
    void whatWasDiscardedIsPassedOver() {
        put(1, 12, DISCARDED);
        String kept = put(2, 12, 0);
        ring.drain(this::take);
        assertEquals(List.of(kept), seen);
    }

    @Test
    void whoHasEnoughGetsTheRestTheNextTime() {
        String first = put(1, 12, 0);
        String second = put(2, 12, 0);
        ring.drain(bytes -> !take(bytes));
        assertEquals(List.of(first), seen);
        ring.drain(this::take);
        assertEquals(List.of(first, second), seen);
    }

    private boolean take(long bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes / 8; i++) {
            text.append(ring.word(i)).append(' ');
        }
        seen.add(text.toString());
        return true;
    }

    /** Writes a record; what a reader has to see of it. */
    private String put(int number, int words, long flags) {
        long at = written.get(JAVA_LONG, 0);
        records.set(JAVA_LONG, at & SIZE - 1, words * 8L | flags);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            long word = number * 100L + i;
            records.set(JAVA_LONG, at + 8 + i * 8L & SIZE - 1, word);
            text.append(word).append(' ');
        }
        written.set(JAVA_LONG, 0, at + 8 + words * 8L);
        return text.toString();
    }

    /** As the kernel's, but this JVM's own. */
    private record Memory(MemorySegment read, MemorySegment written, MemorySegment records)
            implements EventRing.Pages {
        @Override
        public long size() {
            return records.byteSize();
        }

        @Override
        public MemorySegment window(long at, long bytes) {
            return records.asSlice(at, bytes);
        }

        @Override
        public void unmap() {}
    }
}
