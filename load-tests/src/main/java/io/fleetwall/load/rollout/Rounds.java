package io.fleetwall.load.rollout;

import io.fleetwall.load.result.Series;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.LongSupplier;

/** Several revisions, each published and waited for; the same for Fleetwall and for its peer. */
final class Rounds {
    private static final long PATIENCE_MILLIS = 60_000;

    private final CrowdProcess crowd;
    private final Meter server;
    private final int clients;

    final Series first = new Series("first acknowledgement ms");
    final Series p50 = new Series("p50 ms");
    final Series p99 = new Series("p99 ms");
    final Series max = new Series("last acknowledgement ms");
    final Series cpu = new Series("server CPU, microseconds a node");
    final Series bytes = new Series("bytes a node on the wire, both directions");
    private long bodyBytes;

    Rounds(CrowdProcess crowd, Meter server, int clients) {
        this.crowd = crowd;
        this.server = server;
        this.clients = clients;
    }

    /** Connects everybody; returns how that went. */
    Storm storm() {
        long before = server.cpuMicros();
        JsonObject said = crowd.ask("connect " + 3 * PATIENCE_MILLIS);
        return new Storm(
                said.getInteger("connected"),
                said.getInteger("attempts"),
                said.getDouble("millis"),
                (double) (server.cpuMicros() - before) / clients);
    }

    /**
     * How all clients came at once.
     *
     * @param cpuMicros of the server, a client
     */
    record Storm(int connected, int attempts, double millis, double cpuMicros) {}

    /**
     * Publishes one revision and waits for all acknowledgements but so many. Time begins with the
     * request: what an operator has to say is written before.
     */
    JsonObject round(int silent, LongSupplier publish) {
        long cpuBefore = server.cpuMicros();
        long bytesBefore = Meter.loopbackBytes();
        long base = System.nanoTime();
        long revision = publish.getAsLong();
        int wanted = clients - silent;
        JsonObject said =
                crowd.ask("await " + revision + " " + base + " " + wanted + " " + PATIENCE_MILLIS);
        if (said.getInteger("count") < wanted) {
            throw new IllegalStateException(
                    "of " + wanted + " nodes only " + said.getInteger("count") + " acknowledged");
        }
        first.add(said.getDouble("first"));
        p50.add(said.getDouble("p50"));
        p99.add(said.getDouble("p99"));
        max.add(said.getDouble("max"));
        cpu.add((double) (server.cpuMicros() - cpuBefore) / wanted);
        bytes.add((double) (Meter.loopbackBytes() - bytesBefore) / wanted);
        bodyBytes = said.getLong("bytes");
        return said;
    }

    /** Forgets what was measured: the round that warms up. */
    void forget() {
        series().forEach(one -> one.samples().clear());
    }

    /** Bytes of the last round's body. */
    long bodyBytes() {
        return bodyBytes;
    }

    List<Series> series() {
        return List.of(first, p50, p99, max, cpu, bytes);
    }
}
