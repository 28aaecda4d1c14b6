package io.fleetwall.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports on loopback for what is told its port before it listens. They lie below those that the
 * kernel gives to connections and to listeners without a wish, which would sit on one of them now
 * and then; nobody else is in this network namespace.
 */
final class Ports {
    private static final AtomicInteger NEXT = new AtomicInteger(2_000);

    private Ports() {}

    /** One that nobody has and that nobody else is given. */
    static int unused() {
        int port = NEXT.getAndIncrement();
        while (isTaken(port)) {
            port = NEXT.getAndIncrement();
        }
        return port;
    }

    private static boolean isTaken(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isClosed();
        } catch (IOException taken) {
            return true;
        }
    }
}
