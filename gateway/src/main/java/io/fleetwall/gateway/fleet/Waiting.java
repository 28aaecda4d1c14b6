package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.metric.Metrics;
import io.fleetwall.gateway.metric.Refusal;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Connections that have done their TLS handshake and are no link yet. They have a few seconds and
 * not a fresh few with every byte, so sending a request byte by byte holds nothing for long. Lives
 * on its listener's event loop.
 */
final class Waiting {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

    /** About 4 MiB of connections that have not said anything; who comes then is not waited for. */
    private static final int MOST = 4_096;

    private final Metrics metrics;
    private final Map<SocketAddress, Guest> guests = new HashMap<>();

    private record Guest(HttpConnection connection, long sinceNanos) {}

    Waiting(Metrics metrics) {
        this.metrics = metrics;
    }

    void came(HttpConnection connection) {
        if (guests.size() >= MOST) {
            refuse(connection, Refusal.FULL);
            return;
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
