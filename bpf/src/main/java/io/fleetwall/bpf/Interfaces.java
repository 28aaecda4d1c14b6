package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The network interfaces of this network namespace. */
public final class Interfaces {
    /** IFNAMSIZ and sizeof(struct ifreq). */
    private static final int NAME_BYTES = 16;

    private static final int IFREQ_BYTES = 40;

    private Interfaces() {}

    /**
     * The index of an interface.
     *
     * @throws BpfException ENODEV when there is none of this name
     */
    public static int indexOf(String name) {
        try (Arena arena = Arena.ofConfined()) {
            NativeFunction.Returned returned = Libc.IF_NAMETOINDEX.call(arena.allocateFrom(name));
            if (returned.value() == 0) {
                throw new BpfException(
                        returned.errno(),
                        "if_nametoindex",
                        name,
                        "no such interface in this network namespace");
            }
            return (int) returned.value();
        }
    }

    /** The name of an interface, empty when it is gone. */
    public static Optional<String> nameOf(int ifindex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_BYTES);
            long found = Libc.IF_INDEXTONAME.call(ifindex, name).value();
            return found == 0 ? Optional.empty() : Optional.of(name.getString(0));
        }
    }

    /** What its frames start with. */
    static LinkKind kindOf(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            if (bytes.length >= NAME_BYTES) {
                throw new IllegalArgumentException("interface name " + name);
            }
            MemorySegment.copy(bytes, 0, request, JAVA_BYTE, 0, bytes.length);
            int socket =
                    (int)
                            Libc.SOCKET.require(
                                    "for ioctl", Libc.AF_INET, Libc.SOCK_DGRAM_CLOEXEC, 0);
            try (FileDescriptor fd = new FileDescriptor(socket)) {
                Libc.IOCTL.require(
                        name + " SIOCGIFHWADDR", fd.number(), (long) Libc.SIOCGIFHWADDR, request);
            }
            return LinkKind.ofHardwareType(request.get(JAVA_SHORT, NAME_BYTES) & 0xffff);
        }
    }
}
