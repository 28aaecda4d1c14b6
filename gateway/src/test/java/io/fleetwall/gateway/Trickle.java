package io.fleetwall.gateway;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Connections that are never done with what they have to say: a byte each, five times a second. */
final class Trickle implements AutoCloseable {
    private static final long PAUSE_NANOS = 200_000_000;

    private final List<Slow> open;
    private final Thread thread;
    private volatile int left;
    private volatile boolean stopped;

    /** A connection, and what it says again and again. */
    record Slow(Socket socket, byte[] words) {
        static Slow of(Socket socket, String words) {
            return new Slow(socket, words.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private Trickle(List<Slow> connections) {
        this.open = new ArrayList<>(connections);
        this.left = connections.size();
        this.thread = Thread.ofVirtual().name("trickle").start(this::speak);
    }

    static Trickle begin(List<Slow> connections) {
        return new Trickle(connections);
    }

    /** How many the other end has not cut off. */
    int left() {
        return left;
    }

    private void speak() {
        for (int said = 0; !stopped && !open.isEmpty(); said++) {
            int next = said;
            open.removeIf(slow -> !say(slow, next));
            left = open.size();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean say(Slow slow, int place) {
        try {
            slow.socket().getOutputStream().write(slow.words()[place % slow.words().length]);
            slow.socket().getOutputStream().flush();
            return true;
        } catch (IOException cutOff) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Slow slow : open) {
            slow.socket().close();
        }
    }
}
