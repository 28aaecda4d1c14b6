package io.fleetwall.laboratory.job;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** A download that checks the number of each chunk and keeps the longest silence. */
final class DownloadStream implements Stream {
    private static final int CHUNK = 1_024;

    private final Socket socket;
    private final Thread reader;
    private final long startNanos = System.nanoTime();
    private long received;
    private long lost;
    private long longestGapMicros;
    private long lastAtMicros;
    private long brokeAtMicros;
    private String error = "";
    private String detail = "";
    private boolean closing;

    /** Returns when the first byte of the answer is there. */
    DownloadStream(WebClient web, String url) throws IOException {
        socket = web.open(url);
        reader = Thread.ofPlatform().daemon().name("download").start(this::read);
    }

    private void read() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] chunk = new byte[CHUNK];
            while (true) {
                in.readFully(chunk);
                arrived(ByteBuffer.wrap(chunk).getLong());
            }
        } catch (IOException e) {
            broke(e);
        }
    }

    private synchronized void arrived(long number) {
        long now = epochMicros();
        lost += number - received - lost;
        received++;
        if (lastAtMicros > 0) {
            longestGapMicros = Math.max(longestGapMicros, now - lastAtMicros);
        }
        lastAtMicros = now;
    }

    private synchronized void broke(IOException e) {
        if (!closing) {
            brokeAtMicros = epochMicros();
            error = Failure.word(e);
            detail = String.valueOf(e.getMessage());
        }
    }

    @Override
    public synchronized Observation look() {
        return new Observation(
                brokeAtMicros == 0,
                (System.nanoTime() - startNanos) / 1_000,
                error,
                detail,
                Map.of(
                        StreamNumbers.RECEIVED, received,
                        StreamNumbers.LOST, lost,
                        StreamNumbers.LONGEST_GAP_MICROS, longestGapMicros,
                        StreamNumbers.LAST_AT_MICROS, lastAtMicros,
                        StreamNumbers.BROKE_AT_MICROS, brokeAtMicros));
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        try {
            socket.close();
            reader.join();
        } catch (IOException e) {
            broke(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    static long epochMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
