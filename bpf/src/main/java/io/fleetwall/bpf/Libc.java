package io.fleetwall.bpf;

import static io.fleetwall.bpf.NativeFunction.INT;
import static io.fleetwall.bpf.NativeFunction.LONG;
import static io.fleetwall.bpf.NativeFunction.POINTER;

import java.lang.foreign.FunctionDescriptor;
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
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    static final int SIOCGIFHWADDR = 0x8927;
    static final int AF_NETLINK = 16;
    static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    static final short POLLIN = 1;
    static final int EFD_CLOEXEC = 0x80000;

    private static final SymbolLookup LIBC = Linker.nativeLinker().defaultLookup();

    static final NativeFunction OPEN =
            NativeFunction.of(
                    LIBC,
                    "open",
                    FunctionDescriptor.of(INT, POINTER, INT, INT),
                    Linker.Option.firstVariadicArg(2));
    static final NativeFunction CLOSE =
            NativeFunction.of(LIBC, "close", FunctionDescriptor.of(INT, INT));
    static final NativeFunction FLOCK =
            NativeFunction.of(LIBC, "flock", FunctionDescriptor.of(INT, INT, INT));
    static final NativeFunction STATFS =
            NativeFunction.of(LIBC, "statfs", FunctionDescriptor.of(INT, POINTER, POINTER));
    static final NativeFunction MMAP =
            NativeFunction.of(
                    LIBC, "mmap", FunctionDescriptor.of(LONG, POINTER, LONG, INT, INT, INT, LONG));
    static final NativeFunction MUNMAP =
            NativeFunction.of(LIBC, "munmap", FunctionDescriptor.of(INT, POINTER, LONG));
    static final NativeFunction IF_NAMETOINDEX =
            NativeFunction.of(LIBC, "if_nametoindex", FunctionDescriptor.of(INT, POINTER));
    static final NativeFunction IF_INDEXTONAME =
            NativeFunction.of(LIBC, "if_indextoname", FunctionDescriptor.of(POINTER, INT, POINTER));
    static final NativeFunction SOCKET =
            NativeFunction.of(LIBC, "socket", FunctionDescriptor.of(INT, INT, INT, INT));
    static final NativeFunction IOCTL =
            NativeFunction.of(
                    LIBC,
                    "ioctl",
                    FunctionDescriptor.of(INT, INT, LONG, POINTER),
                    Linker.Option.firstVariadicArg(2));
    static final NativeFunction BIND =
            NativeFunction.of(LIBC, "bind", FunctionDescriptor.of(INT, INT, POINTER, INT));
    static final NativeFunction SEND =
            NativeFunction.of(LIBC, "send", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT));
    static final NativeFunction RECV =
            NativeFunction.of(LIBC, "recv", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT));
    static final NativeFunction POLL =
            NativeFunction.of(LIBC, "poll", FunctionDescriptor.of(INT, POINTER, LONG, INT));
    static final NativeFunction EVENTFD =
            NativeFunction.of(LIBC, "eventfd", FunctionDescriptor.of(INT, INT, INT));
    static final NativeFunction WRITE =
            NativeFunction.of(LIBC, "write", FunctionDescriptor.of(LONG, INT, POINTER, LONG));

    private Libc() {}
}
