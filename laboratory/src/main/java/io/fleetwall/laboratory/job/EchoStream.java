package io.fleetwall.laboratory.job;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Numbered datagrams, 200 a second, and which of them came back. */
final class EchoStream implements Stream {
    private static final long INTERVAL_NANOS = 5_000_000;

    /** An answer that takes longer on two busy cores counts as lost. */
    private static final long LATE_NANOS = 500_000_000;

    private static final int RECEIVE_MILLIS = 100;

    private final DatagramSocket socket = new DatagramSocket();
    private final InetSocketAddress target;
    private final Thread sender;
    private final Thread receiver;
    private final long startNanos = System.nanoTime();
    private final BitSet back = new BitSet();
    private int sent;
    private long lastNanos;
    private long longestGapNanos;
    private String error = "";
    private volatile boolean closing;

    EchoStream(InetAddress address, int port) throws IOException {
        target = new InetSocketAddress(address, port);
        socket.setSoTimeout(RECEIVE_MILLIS);
        receiver = Thread.ofPlatform().daemon().name("echo-receive").start(this::receive);
        sender = Thread.ofPlatform().daemon().name("echo-send").start(this::send);
    }

    private void send() {
        long due = System.nanoTime();
        while (!closing) {
            byte[] bytes = new byte[64];
            int number;
            synchronized (this) {
                number = sent++;
            }
            ByteBuffer.wrap(bytes).putInt(number);
            try {
                socket.send(new DatagramPacket(bytes, bytes.length, target));
            } catch (IOException e) {
                failed(e);
            }
            due += INTERVAL_NANOS;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        while (!socket.isClosed()) {
            try {
                socket.receive(packet);
                arrived(ByteBuffer.wrap(packet.getData()).getInt());
            } catch (SocketTimeoutException | PortUnreachableException _) {
                // What does not come back is counted by its number.
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    private synchronized void arrived(int number) {
        long now = System.nanoTime();
        back.set(number);
        if (lastNanos != 0) {
            longestGapNanos = Math.max(longestGapNanos, now - lastNanos);
        }
        lastNanos = now;
    }

    private synchronized void failed(IOException e) {
        if (!closing) {
            error = Failure.word(e);
        }
    }

    @Override
    public synchronized Observation look() {
        long late = closing ? 0 : LATE_NANOS / INTERVAL_NANOS;
        int due = (int) Math.max(0, sent - late);
        return new Observation(
                true,
                (System.nanoTime() - startNanos) / 1_000,
                error,
                "",
                Map.of(
                        StreamNumbers.SENT,
                        (long) sent,
                        StreamNumbers.RECEIVED,
                        (long) back.cardinality(),
                        StreamNumbers.LOST,
                        (long) due - back.get(0, due).cardinality(),
                        StreamNumbers.LONGEST_GAP_MICROS,
                        longestGapNanos / 1_000));
    }

    @Override
    public void close() {
        closing = true;
        try {
            sender.join();
            long deadline = System.nanoTime() + LATE_NANOS;
            while (look().number(StreamNumbers.LOST) > 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
            socket.close();
            receiver.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
