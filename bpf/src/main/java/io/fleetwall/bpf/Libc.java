package io.fleetwall.bpf;

import static io.fleetwall.bpf.NativeFunction.Kind.INT;
import static io.fleetwall.bpf.NativeFunction.Kind.LONG;
import static io.fleetwall.bpf.NativeFunction.Kind.POINTER;

import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/**
 * The functions of libc the border needs. Constants are those of Linux on every 64-bit platform.
 */
final class Libc {
    static final int O_RDONLY = 0;
    static final int O_CLOEXEC = 0x80000;
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;
    static final int MADV_DONTNEED = 4;
    static final int MADV_NOHUGEPAGE = 15;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    static final int SIOCGIFHWADDR = 0x8927;
    static final int AF_NETLINK = 16;
    static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    static final short POLLIN = 1;
    static final int EFD_CLOEXEC = 0x80000;

    private static final SymbolLookup LIBC = Linker.nativeLinker().defaultLookup();

    static final NativeFunction OPEN = NativeFunction.of(LIBC, "open", INT, POINTER, INT, INT);
    static final NativeFunction CLOSE = NativeFunction.of(LIBC, "close", INT, INT);
    static final NativeFunction FLOCK = NativeFunction.of(LIBC, "flock", INT, INT, INT);
    static final NativeFunction STATFS = NativeFunction.of(LIBC, "statfs", INT, POINTER, POINTER);
    static final NativeFunction MMAP =
            NativeFunction.of(LIBC, "mmap", LONG, POINTER, LONG, INT, INT, INT, LONG);
    static final NativeFunction MUNMAP = NativeFunction.of(LIBC, "munmap", INT, POINTER, LONG);
    static final NativeFunction MADVISE =
            NativeFunction.of(LIBC, "madvise", INT, POINTER, LONG, INT);
    static final NativeFunction IF_NAMETOINDEX =
            NativeFunction.of(LIBC, "if_nametoindex", INT, POINTER);
    static final NativeFunction IF_INDEXTONAME =
            NativeFunction.of(LIBC, "if_indextoname", POINTER, INT, POINTER);
    static final NativeFunction SOCKET = NativeFunction.of(LIBC, "socket", INT, INT, INT, INT);
    static final NativeFunction IOCTL = NativeFunction.of(LIBC, "ioctl", INT, INT, LONG, POINTER);
    static final NativeFunction BIND = NativeFunction.of(LIBC, "bind", INT, INT, POINTER, INT);
    static final NativeFunction SEND =
            NativeFunction.of(LIBC, "send", LONG, INT, POINTER, LONG, INT);
    static final NativeFunction RECV =
            NativeFunction.of(LIBC, "recv", LONG, INT, POINTER, LONG, INT);
    static final NativeFunction POLL = NativeFunction.of(LIBC, "poll", INT, POINTER, LONG, INT);
    static final NativeFunction EVENTFD = NativeFunction.of(LIBC, "eventfd", INT, INT, INT);
    static final NativeFunction WRITE = NativeFunction.of(LIBC, "write", LONG, INT, POINTER, LONG);

    static final NativeFunction PAGE_SIZE = NativeFunction.of(LIBC, "getpagesize", INT);

    private Libc() {}
}
