package io.fleetwall.bpf;

import io.fleetwall.bpf.PacketSocket.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the kernel for sockets of a family: packet sockets from /proc/net/packet, which every kernel
 * has that has them, the others by sock_diag(7).
 *
 * <p>A family which the kernel does not show is not asked again: it would look for a module each
 * time.
 */
final class SocketInventory implements AutoCloseable {
    private static final Path PACKETS = Path.of("/proc/thread-self/net/packet");
    private static final int BY_FAMILY = 20;

    /** Columns of /proc/net/packet. */
    private static final int INTERFACE = 4;

    private static final int INODE = 8;
    private static final int COLUMNS = 9;

    private static final int XDP_REQUEST_BYTES = 20;
    private static final int XDP_SHOW_INFO = 1;
    private static final int XDP_ANSWER_BYTES = 16;
    private static final int XDP_INFO = 1;
    private static final int VSOCK_REQUEST_BYTES = 24;
    private static final int VSOCK_INODE = 20;

    private final Netlink netlink = Netlink.open(Netlink.SOCK_DIAG, 0);
    private final Set<Family> unseen = EnumSet.noneOf(Family.class);

    /** Families whose sockets this kernel does not show. */
    Set<Family> unseen() {
        return Set.copyOf(unseen);
    }

    /** Every socket of a family, without holders; none of one that is not shown. */
    List<PacketSocket> of(Family family) {
        if (unseen.contains(family)) {
            return List.of();
        }
        return switch (family) {
            case PACKET -> packets();
            case XDP -> diagnose(family, xdpRequest());
            case VSOCK -> diagnose(family, vsockRequest());
        };
    }

    private List<PacketSocket> packets() {
        List<PacketSocket> found = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(PACKETS, StandardCharsets.US_ASCII)) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns.length == COLUMNS && !columns[INODE].equals("Inode")) {
                    found.add(
                            new PacketSocket(
                                    Family.PACKET,
                                    Long.parseLong(columns[INODE]),
                                    Integer.parseInt(columns[INTERFACE]),
                                    Optional.empty()));
                }
            }
        } catch (NoSuchFileException e) {
            unseen.add(Family.PACKET); // a kernel without packet sockets
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + PACKETS, e);
        }
        return found;
    }

    /** struct xdp_diag_req. */
    private static byte[] xdpRequest() {
        return request(Family.XDP, XDP_REQUEST_BYTES).putInt(8, XDP_SHOW_INFO).array();
    }

    /** struct vsock_diag_req, for sockets in every state. */
    private static byte[] vsockRequest() {
        return request(Family.VSOCK, VSOCK_REQUEST_BYTES).putInt(4, -1).array();
    }

    private static ByteBuffer request(Family family, int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder()).put(0, family.number());
    }

    private List<PacketSocket> diagnose(Family family, byte[] request) {
        try {
            return netlink.dump(BY_FAMILY, request).stream()
                    .map(answer -> read(family, answer))
                    .toList();
        } catch (BpfException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EINVAL) {
                throw e;
            }
            unseen.add(family);
            return List.of();
        }
    }

    private static PacketSocket read(Family family, NetlinkMessage answer) {
        return switch (family) {
            case XDP -> {
                byte[] info =
                        answer.attributes(XDP_ANSWER_BYTES).getOrDefault(XDP_INFO, new byte[4]);
                int ifindex = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt();
                yield socket(family, answer.fixed().getInt(4), ifindex);
            }
            case VSOCK, PACKET -> socket(family, answer.fixed().getInt(VSOCK_INODE), 0);
        };
    }

    private static PacketSocket socket(Family family, int inode, int ifindex) {
        return new PacketSocket(family, Integer.toUnsignedLong(inode), ifindex, Optional.empty());
    }

    @Override
    public void close() {
        netlink.close();
    }
}
