package io.fleetwall.load.events;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The jobs of all runners, in one process: datagrams to where none may go, each to another place,
 * so that each is an event of its own. The destination is the datagram's number.
 */
public final class Denials {
    private static final int PORT = 10_000;
    private static final int PLACES = 1 << 16;

    private final List<DatagramChannel> runners = new ArrayList<>();
    private int sent;

    private Denials(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            runners.add(
                    DatagramChannel.open().bind(new InetSocketAddress(JobNetwork.address(i), 0)));
        }
    }

    /** Argument: how many runners. Each line says how many a second, for how many seconds. */
    public static void main(String[] args) throws IOException {
        Denials denials = new Denials(Integer.parseInt(args[0]));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say(new JsonObject().put("ready", true));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            say(denials.send(Integer.parseInt(words[0]), Integer.parseInt(words[1])));
        }
        System.exit(0);
    }

    private static void say(JsonObject answer) {
        System.out.println(answer.encode());
        System.out.flush();
    }

    /** Evenly; answers when each was sent, in nanoseconds of the machine's monotonic clock. */
    private JsonObject send(int rate, int seconds) throws IOException {
        int first = sent;
        JsonArray times = new JsonArray();
        ByteBuffer secret = ByteBuffer.wrap("secret".getBytes(StandardCharsets.US_ASCII));
        long start = System.nanoTime();
        for (int i = 0; i < rate * seconds; i++) {
            long due = start + i * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            times.add(System.nanoTime());
            runners.get(sent % runners.size()).send(secret.rewind(), place(sent));
            sent++;
        }
        return new JsonObject().put("first", first).put("times", times);
    }

    private static InetSocketAddress place(int number) throws UnknownHostException {
        byte[] address = {(byte) 198, 18, (byte) (number >> 8), (byte) number};
        return new InetSocketAddress(InetAddress.getByAddress(address), PORT + number / PLACES);
    }

    /** Whether datagrams of these jobs go there: RFC 2544's network is nobody else's. */
    static boolean sentTo(String address) {
        return address.startsWith("198.18.");
    }

    /** The number of a datagram that was on its way to a place. */
    static int number(String address, int port) {
        String[] parts = address.split("\\.", -1);
        return (port - PORT) * PLACES
                + (Integer.parseInt(parts[2]) << 8)
                + Integer.parseInt(parts[3]);
    }
}
