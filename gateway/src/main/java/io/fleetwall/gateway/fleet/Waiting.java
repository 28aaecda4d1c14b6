package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.metric.Metrics;
import io.fleetwall.gateway.metric.Refusal;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Connections that have done their TLS handshake and are no link yet. They have a few seconds and
 * not a fresh few with every byte, so sending a request byte by byte holds nothing for long. Lives
 * on its listener's event loop.
 */
final class Waiting {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

    /**
     * About 4 MiB of connections that have not said anything. Who has been silent longest makes
     * room: a node says what it wants at once, so nobody keeps nodes out by keeping silent.
     */
    private static final int MOST = 4_096;

    private final Metrics metrics;
    private final Map<SocketAddress, Guest> guests = new LinkedHashMap<>();

    private record Guest(HttpConnection connection, long sinceNanos) {}

    Waiting(Metrics metrics) {
        this.metrics = metrics;
    }

    void came(HttpConnection connection) {
        if (guests.size() >= MOST) {
            SocketAddress eldest = guests.keySet().iterator().next();
            Optional.ofNullable(guests.remove(eldest))
                    .ifPresent(guest -> refuse(guest.connection(), Refusal.FULL));
        }
        SocketAddress address = connection.remoteAddress();
        Guest guest = new Guest(connection, System.nanoTime());
        guests.put(address, guest);
        connection.closeHandler(gone -> guests.remove(address, guest));
    }

    void admitted(SocketAddress address) {
        guests.remove(address);
    }

    void tick() {
        long now = System.nanoTime();
        List<Map.Entry<SocketAddress, Guest>> late = new ArrayList<>(guests.entrySet());
        late.removeIf(guest -> now - guest.getValue().sinceNanos() < PATIENCE_NANOS);
        for (Map.Entry<SocketAddress, Guest> guest : late) {
            guests.remove(guest.getKey());
            refuse(guest.getValue().connection(), Refusal.SLOW);
        }
    }

    private void refuse(HttpConnection connection, Refusal refusal) {
        metrics.count(refusal);
        connection.close();
    }
}
