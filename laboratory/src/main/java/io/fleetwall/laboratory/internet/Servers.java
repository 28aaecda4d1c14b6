package io.fleetwall.laboratory.internet;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** The threads of a server: one that accepts, one for each connection. */
final class Servers {
    private Servers() {}

    /** One round of a server. */
    interface Round {
        void run() throws IOException;
    }

    /** What a server does with a connection; it is closed afterwards. */
    interface Service {
        void serve(Socket connection) throws IOException;
    }

    /** Repeats a round for as long as the process lives; a failed round is said and is the last. */
    static void loop(String name, Round round) {
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    try {
                        while (true) {
                            round.run();
                        }
                    } catch (IOException e) {
                        System.err.println(name + " ended: " + e);
                    }
                });
    }

    /**
     * Accepts for as long as the process lives. A client that goes away is no error of a server.
     */
    static void accept(String name, ServerSocket listener, Service service) {
        loop(
                name,
                () -> {
                    Socket connection = listener.accept();
                    Thread.ofVirtual().name(name).start(() -> serve(connection, service));
                });
    }

    private static void serve(Socket connection, Service service) {
        try (connection) {
            connection.setTcpNoDelay(true);
            service.serve(connection);
        } catch (IOException e) {
            System.err.println(connection.getRemoteSocketAddress() + " left: " + e.getMessage());
        }
    }
}
