package io.fleetwall.bpf;

import io.fleetwall.bpf.PacketSocket.Family;
import io.fleetwall.bpf.PacketSocket.Holder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The sockets of this network namespace that go around the filter of their own machine, and who
 * holds them.
 *
 * <p>Whoever may open one (CAP_NET_RAW) on a machine that is a runner cannot be stopped by a filter
 * of that machine's traffic: he can be seen. Made to be asked each second: some 100 µs while there
 * is none; processes are searched only when a socket is new.
 */
public final class PacketSockets implements AutoCloseable {
    /** Whoever is not found so often is in another pid namespace, or is the kernel. */
    private static final int SEARCHES = 3;

    private final SocketInventory inventory = new SocketInventory();
    private final Map<Long, Holder> holders = new HashMap<>();
    private final Map<Long, Integer> searches = new HashMap<>();
    private boolean closed;

    private PacketSockets() {}

    /** Looks at the network namespace of the calling thread. */
    public static PacketSockets open() {
        return new PacketSockets();
    }

    /** All there are now. */
    public synchronized List<PacketSocket> list() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        List<PacketSocket> sockets = new ArrayList<>();
        for (Family family : Family.values()) {
            sockets.addAll(inventory.of(family));
        }
        search(sockets);
        return sockets.stream().map(this::held).toList();
    }

    /** Families whose sockets this kernel does not show, as far as is known from {@link #list}. */
    public synchronized Set<Family> unseen() {
        return inventory.unseen();
    }

    private void search(List<PacketSocket> sockets) {
        Set<Long> present = new HashSet<>();
        sockets.forEach(socket -> present.add(socket.inode()));
        holders.keySet().retainAll(present);
        searches.keySet().retainAll(present);
        Set<Long> wanted = new HashSet<>(present);
        wanted.removeAll(holders.keySet());
        wanted.removeIf(inode -> searches.merge(inode, 1, Integer::sum) > SEARCHES);
        if (!wanted.isEmpty()) {
            holders.putAll(SocketHolders.of(wanted));
        }
    }

    private PacketSocket held(PacketSocket socket) {
        return new PacketSocket(
                socket.family(),
                socket.inode(),
                socket.ifindex(),
                Optional.ofNullable(holders.get(socket.inode())));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            inventory.close();
        }
    }
}
