package io.fleetwall.bpf;

import java.lang.foreign.MemorySegment;

/** The memory of a ring-buffer map: one page each side, then the records. */
final class MappedRing implements EventRing.Pages {
    private final BpfMap events;
    private final long page = Libc.PAGE_SIZE.require("page size");
    private final MemorySegment read;
    private final MemorySegment written;
    private MemorySegment window = MemorySegment.NULL;

    MappedRing(BpfMap events) {
        this.events = events;
        read = map(page, Libc.PROT_READ | Libc.PROT_WRITE, 0);
        written = map(page, Libc.PROT_READ, page);
    }

    @SuppressWarnings("restricted") // the length is that of the mapping
    private MemorySegment map(long bytes, int protection, long offset) {
        long address =
                Libc.MMAP.require(
                        events.name(),
                        MemorySegment.NULL,
                        bytes,
                        protection,
                        Libc.MAP_SHARED,
                        events.fd(),
                        offset);
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public MemorySegment read() {
        return read;
    }

    @Override
    public MemorySegment written() {
        return written;
    }

    @Override
    public long size() {
        return Integer.toUnsignedLong(events.info().maxEntries());
    }

    @Override
    public MemorySegment window(long at, long bytes) {
        unmap(window);
        window = MemorySegment.NULL;
        window = map(bytes, Libc.PROT_READ, 2 * page + at);
        return window;
    }

    private static void unmap(MemorySegment segment) {
        if (segment.byteSize() > 0) {
            Libc.MUNMAP.require("events", segment, segment.byteSize());
        }
    }

    @Override
    public void unmap() {
        unmap(window);
        unmap(written);
        unmap(read);
    }
}
