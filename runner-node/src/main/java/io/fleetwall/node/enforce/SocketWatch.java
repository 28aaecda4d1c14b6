package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.PacketSocket;
import io.fleetwall.bpf.PacketSockets;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.protocol.event.EventKind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells, once each, of sockets that go around the filter of a machine that is a runner (threat
 * model P7). Such a socket cannot be stopped there: who may open one sends behind the hook.
 * Containers are judged at the host's end of their link and need none of this.
 */
final class SocketWatch implements AutoCloseable {
    /** A holder is searched for so many looks; then the socket is told without. */
    private static final int PATIENCE = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SocketWatch.class);

    private final PacketSockets sockets = PacketSockets.open();
    private final Set<String> allowed;
    private final InstantSource clock;
    private final Map<Long, Integer> looks = new HashMap<>();
    private boolean failed;

    /**
     * Watches this network namespace.
     *
     * @param allowed executables whose sockets are not told
     */
    SocketWatch(Set<String> allowed, InstantSource clock) {
        this.allowed = allowed;
        this.clock = clock;
    }

    /** What is new since the last look. */
    List<Happening> look() {
        try {
            List<PacketSocket> now = sockets.list();
            looks.keySet().retainAll(now.stream().map(PacketSocket::inode).toList());
            failed = false;
            return tell(now);
        } catch (BpfException e) {
            if (!failed) {
                LOG.atError().setCause(e).log("packet sockets cannot be listed");
            }
            failed = true;
            return List.of();
        }
    }

    private List<Happening> tell(List<PacketSocket> now) {
        List<Happening> told = new ArrayList<>();
        for (PacketSocket socket : now) {
            int looked = looks.getOrDefault(socket.inode(), 0);
            boolean due = socket.holder().isPresent() || looked + 1 == PATIENCE;
            if (looked < PATIENCE && due && !isAllowed(socket)) {
                told.add(happening(socket));
            }
            looks.put(socket.inode(), due ? PATIENCE : looked + 1);
        }
        return told;
    }

    private boolean isAllowed(PacketSocket socket) {
        return socket.holder()
                .map(PacketSocket.Holder::executable)
                .filter(allowed::contains)
                .isPresent();
    }

    private Happening happening(PacketSocket socket) {
        var process = socket.holder().map(Attribution::of);
        String what =
                switch (socket.family()) {
                    case PACKET -> "a packet socket, which sends and sees frames beside the filter";
                    case XDP -> "an XDP socket, which sends and takes frames beside the filter";
                    case VSOCK -> "a vsock, which talks to the hypervisor beside the network";
                };
        String who = process.map(p -> p.text() + " has ").orElse("somebody unknown has ");
        return new Happening(
                "",
                EventKind.TAMPER_SOCKET,
                clock.instant(),
                Optional.empty(),
                new Happening.Subject(Optional.empty(), Optional.empty(), process),
                1,
                who + what);
    }

    @Override
    public void close() {
        sockets.close();
    }
}
