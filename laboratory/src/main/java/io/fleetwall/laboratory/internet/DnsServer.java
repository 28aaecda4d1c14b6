package io.fleetwall.laboratory.internet;

import io.fleetwall.laboratory.dns.DnsAnswer;
import io.fleetwall.laboratory.dns.DnsQuestion;
import io.fleetwall.laboratory.dns.DnsType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The authoritative DNS of one site over UDP and TCP: it knows the laboratory's names; the
 * attacker's answers everything else with the attacker's address.
 */
final class DnsServer {
    static final int PORT = 53;

    /** Longer than a demo, shorter than a day: expiry is not what the laboratory shows. */
    private static final int TTL_SECONDS = 60;

    private static final int LARGEST_DATAGRAM = 1_500;

    private final Site site;

    DnsServer(Site site) {
        this.site = site;
    }

    void start() throws IOException {
        for (InetAddress address : site.addresses()) {
            DatagramSocket udp = new DatagramSocket(new InetSocketAddress(address, PORT));
            Servers.loop("dns-udp-" + site, () -> answerDatagram(udp));
            ServerSocket tcp = new ServerSocket();
            tcp.setReuseAddress(true);
            tcp.bind(new InetSocketAddress(address, PORT));
            Servers.accept("dns-tcp-" + site, tcp, this::answerConnection);
        }
    }

    private void answerDatagram(DatagramSocket udp) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
        udp.receive(packet);
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        Optional<byte[]> response = respond(bytes);
        if (response.isPresent()) {
            byte[] raw = response.get();
            udp.send(new DatagramPacket(raw, raw.length, packet.getSocketAddress()));
        }
    }

    private void answerConnection(Socket connection) throws IOException {
        DataInputStream in = new DataInputStream(connection.getInputStream());
        DataOutputStream out = new DataOutputStream(connection.getOutputStream());
        while (true) {
            byte[] query = new byte[in.readUnsignedShort()];
            in.readFully(query);
            Optional<byte[]> response = respond(query);
            if (response.isEmpty()) {
                return;
            }
            byte[] framed = new byte[response.get().length + 2];
            framed[0] = (byte) (response.get().length >> 8);
            framed[1] = (byte) response.get().length;
            System.arraycopy(response.get(), 0, framed, 2, response.get().length);
            out.write(framed);
        }
    }

    private Optional<byte[]> respond(byte[] query) {
        return DnsQuestion.read(query)
                .map(question -> answer(question).toBytes(question, TTL_SECONDS));
    }

    private DnsAnswer answer(DnsQuestion question) {
        Optional<Site> found = Site.named(question.name());
        if (found.isEmpty() && site == Site.ATTACKER_RESOLVER) {
            found = Optional.of(Site.ATTACKER);
        }
        return found.map(known -> new DnsAnswer(0, addresses(known, question.type())))
                .orElseGet(() -> new DnsAnswer(DnsAnswer.NXDOMAIN, List.of()));
    }

    private static List<InetAddress> addresses(Site site, int type) {
        if (type == DnsType.A.number()) {
            return List.of(site.v4());
        }
        return type == DnsType.AAAA.number() ? List.of(site.v6()) : List.of();
    }
}
