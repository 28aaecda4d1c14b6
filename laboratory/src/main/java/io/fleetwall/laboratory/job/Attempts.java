package io.fleetwall.laboratory.job;

import io.fleetwall.laboratory.dns.DnsAnswer;
import io.fleetwall.laboratory.dns.DnsQuestion;
import io.fleetwall.laboratory.dns.DnsType;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The things a job tries once, each with the time it took and what came of it. */
final class Attempts {
    private static final int PATIENCE_MILLIS = 3_000;
    private static final int LARGEST_DATAGRAM = 2_048;
    private static final int DNS_PORT = 53;

    private final WebClient web;

    Attempts(WebClient web) {
        this.web = web;
    }

    /** Something that may fail, and says in one line what it got. */
    interface Attempt {
        String run() throws IOException;
    }

    static Observation observe(Attempt attempt) {
        long start = System.nanoTime();
        try {
            String detail = attempt.run();
            return new Observation(true, micros(start), "", detail, Map.of());
        } catch (IOException e) {
            return new Observation(
                    false,
                    micros(start),
                    Failure.word(e),
                    String.valueOf(e.getMessage()),
                    Map.of());
        }
    }

    private static long micros(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000;
    }

    Observation fetch(Action.Fetch fetch) {
        return observe(() -> web.get(fetch.url()).strip());
    }

    static Observation send(Action.Send send) {
        return observe(
                () -> exchange(InetAddress.ofLiteral(send.address()), send.port(), send.text()));
    }

    static String exchange(InetAddress address, int port, String text) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(bytes);
            byte[] answer = new byte[bytes.length];
            new DataInputStream(socket.getInputStream()).readFully(answer);
            return "answered with " + answer.length + " bytes";
        }
    }

    static Observation datagram(Action.Datagram datagram) {
        byte[] bytes = datagram.text().getBytes(StandardCharsets.UTF_8);
        InetAddress address = InetAddress.ofLiteral(datagram.address());
        return observe(() ->
                "answered with "
                        + askDatagram(new InetSocketAddress(address, datagram.port()), bytes).length
                        + " bytes");
    }

    static Observation ask(Action.Ask ask) {
        DnsQuestion question =
                new DnsQuestion(
                        ThreadLocalRandom.current().nextInt(1 << 16),
                        ask.name(),
                        DnsType.A.number());
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.ofLiteral(ask.server()), DNS_PORT);
        return observe(() -> {
            byte[] answer =
                    switch (ask.transport()) {
                        case UDP -> askDatagram(server, question.toBytes());
                        case TCP -> askConnection(server, question.toBytes());
                    };
            return addresses(
                    DnsAnswer.read(question, answer)
                            .orElseThrow(() -> new IOException("not an answer")));
        });
    }

    private static String addresses(DnsAnswer answer) throws UnknownHostException {
        if (answer.addresses().isEmpty()) {
            throw new UnknownHostException("code " + answer.code());
        }
        return answer.addresses().toString();
    }

    private static byte[] askDatagram(InetSocketAddress server, byte[] bytes) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(bytes, bytes.length));
            DatagramPacket answer =
                    new DatagramPacket(new byte[LARGEST_DATAGRAM], LARGEST_DATAGRAM);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    private static byte[] askConnection(InetSocketAddress server, byte[] bytes) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(server, PATIENCE_MILLIS);
            byte[] framed = new byte[bytes.length + 2];
            framed[0] = (byte) (bytes.length >> 8);
            framed[1] = (byte) bytes.length;
            System.arraycopy(bytes, 0, framed, 2, bytes.length);
            socket.getOutputStream().write(framed);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return answer;
        }
    }
}
