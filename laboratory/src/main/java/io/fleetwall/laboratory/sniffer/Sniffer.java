package io.fleetwall.laboratory.sniffer;

import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Everything that arrives at one interface, by tcpdump.
 *
 * <p>What did not arrive can only be stated about a moment: {@link #settle} sends a marker over the
 * same wire and returns when it was seen, so all that went before it was seen too.
 */
public final class Sniffer implements AutoCloseable {
    /** A marker sent before the capture began is waited for in vain: another follows. */
    private static final Duration MARKER_PATIENCE = Duration.ofMillis(200);

    /** Half a minute in all. */
    private static final int MARKERS = 150;

    /**
     * tcpdump does not look at its standard input, so a shell does and ends it: it must not outlive
     * a JVM that was killed. 2,048 bytes hold all of a packet on an Ethernet with the usual MTU;
     * the kernel's buffer has 8 MiB, more than the laboratory sends in a second.
     */
    private static final String UNTIL_INPUT_ENDS =
            "tcpdump -i \"$0\" -n -s 2048 -B 8192 --immediate-mode -U -w - </dev/null &"
                    + " read -r _; kill $!";

    /** 1,000 packets a second for two minutes. */
    private static final int MOST_PACKETS = 120_000;

    private final ChildProcess tcpdump;
    private final InetSocketAddress markerTarget;
    private final List<Packet> packets = new ArrayList<>();
    private final List<byte[]> otherFrames = new ArrayList<>();
    private Optional<String> failure = Optional.empty();

    private Sniffer(ChildProcess tcpdump, InetSocketAddress markerTarget) {
        this.tcpdump = tcpdump;
        this.markerTarget = markerTarget;
    }

    /**
     * Starts to capture.
     *
     * @param markerTarget what {@link #settle} sends to, from this process's own namespace: it must
     *     lie behind the interface
     */
    public static Sniffer start(
            Namespace namespace, String interfaceName, InetSocketAddress markerTarget, Path log) {
        List<String> command = List.of("sh", "-c", UNTIL_INPUT_ENDS, interfaceName);
        ChildProcess child = ChildProcess.speaking("sniffer", log, namespace.enter(command));
        Sniffer sniffer = new Sniffer(child, markerTarget);
        Thread.ofPlatform().daemon().name("sniffer").start(sniffer::read);
        return sniffer;
    }

    private void read() {
        try {
            PcapReader reader = new PcapReader(tcpdump.process().getInputStream());
            for (var frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                byte[] bytes = frame.get().bytes();
                Packet.of(frame.get().epochMicros(), bytes)
                        .ifPresentOrElse(this::keep, () -> keepOther(bytes));
            }
            fail("tcpdump ended");
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private synchronized void keep(Packet packet) {
        if (packets.size() == MOST_PACKETS) {
            fail("more than " + MOST_PACKETS + " packets");
        } else {
            packets.add(packet);
        }
    }

    private synchronized void keepOther(byte[] frame) {
        if (otherFrames.size() == MOST_PACKETS) {
            fail("more than " + MOST_PACKETS + " frames that are no packets");
        } else {
            otherFrames.add(frame);
        }
    }

    private synchronized void fail(String why) {
        failure = Optional.of(why);
    }

    /** Returns when everything that was on the wire before the call has been seen. */
    public void settle() {
        for (int attempt = 0; attempt < MARKERS; attempt++) {
            byte[] marker = ("marker " + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
            send(marker);
            if (Await.until(MARKER_PATIENCE, () -> seen(marker))) {
                return;
            }
        }
        throw new IllegalStateException("the sniffer is blind:\n" + tcpdump.tail());
    }

    private void send(byte[] marker) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(marker, marker.length, markerTarget));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send the sniffer's marker", e);
        }
    }

    private synchronized boolean seen(byte[] marker) {
        if (failure.isPresent()) {
            throw new IllegalStateException("the sniffer failed: " + failure.get());
        }
        for (int i = packets.size() - 1; i >= 0; i--) {
            if (packets.get(i).contains(marker)) {
                return true;
            }
        }
        return false;
    }

    /** How many packets seen so far are such. */
    public synchronized long count(Predicate<Packet> such) {
        return packets.stream().filter(such).count();
    }

    /** The packets seen so far that are such, oldest first. */
    public synchronized List<Packet> packets(Predicate<Packet> such) {
        return packets.stream().filter(such).toList();
    }

    /**
     * How many frames seen so far hold these bytes behind the addresses of the link; also those
     * without an IP packet, or with one behind a tag.
     */
    public synchronized long framesWith(byte[] needle) {
        return Stream.concat(packets.stream().map(Packet::frame), otherFrames.stream())
                .filter(frame -> Packet.contains(frame, needle))
                .count();
    }

    @Override
    public void close() {
        tcpdump.close();
    }
}
