package io.fleetwall.load.events;

import java.util.ArrayList;
import java.util.List;

/** What the reporters have sent and heard; they share a thread, its readers do not. */
final class Tally {
    private final List<Double> lags = new ArrayList<>();
    private long sent;
    private long acknowledged;
    private long broken;

    synchronized void begin() {
        lags.clear();
        sent = 0;
        acknowledged = 0;
        broken = 0;
    }

    synchronized void sent(int events) {
        sent += events;
    }

    synchronized void acknowledged(int events, double millis) {
        acknowledged += events;
        lags.add(millis);
    }

    synchronized void broke() {
        broken++;
    }

    synchronized long sent() {
        return sent;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized long broken() {
        return broken;
    }

    synchronized List<Double> lags() {
        return List.copyOf(lags);
    }
}
