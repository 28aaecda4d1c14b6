package io.fleetwall.laboratory.internet;

import io.fleetwall.laboratory.process.LaboratoryTls;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;

/**
 * The main program of the internet's process: every site's servers, until its standard input ends.
 * It prints {@code ready} when all listen.
 */
public final class Internet {
    private static final int BACKLOG = 256;
    private static final int LARGEST_DATAGRAM = 2_048;

    private Internet() {}

    /** Takes the path of the key store that TLS answers with. */
    public static void main(String[] arguments) throws IOException {
        WebServer web = new WebServer();
        Servers.accept("http", new ServerSocket(Site.HTTP_PORT, BACKLOG), web::serve);
        ServerSocket tls =
                LaboratoryTls.context(Path.of(arguments[0]))
                        .getServerSocketFactory()
                        .createServerSocket(Site.TLS_PORT, BACKLOG);
        Servers.accept("tls", tls, web::serve);
        Servers.accept("drop", new ServerSocket(Site.DROP_PORT, BACKLOG), Internet::echo);
        for (Site site : Site.values()) {
            startUdp(site);
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Nothing is said to the servers but that they may go.
        }
    }

    private static void startUdp(Site site) throws IOException {
        if (site == Site.RESOLVER || site.hostile()) {
            new DnsServer(site).start();
        }
        for (InetAddress address : site.addresses()) {
            for (int port : new int[] {Site.ECHO_PORT, Site.TLS_PORT}) {
                DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port));
                Servers.loop("echo-" + site, () -> echo(socket));
            }
        }
    }

    private static void echo(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
        socket.receive(packet);
        socket.send(packet);
    }

    private static void echo(Socket connection) throws IOException {
        connection.getInputStream().transferTo(connection.getOutputStream());
    }
}
