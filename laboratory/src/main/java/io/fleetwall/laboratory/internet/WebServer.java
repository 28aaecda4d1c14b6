package io.fleetwall.laboratory.internet;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * As much HTTP/1.1 as a build's fetch needs: {@code /} says who answers, {@code /stream} never ends
 * and numbers its chunks, a body that is sent along is taken.
 */
final class WebServer {
    /** Bytes of a chunk of {@code /stream}; the first eight are its number. */
    static final int CHUNK = 1_024;

    /** 200 chunks a second: enough to see a gap of 5 ms, little enough for two cores. */
    private static final long CHUNK_NANOS = 5_000_000;

    private static final int LARGEST_HEAD = 8_192;

    void serve(Socket connection) throws IOException {
        InputStream in = new BufferedInputStream(connection.getInputStream());
        OutputStream out = connection.getOutputStream();
        String head = readHead(in);
        in.skipNBytes(contentLength(head));
        if (head.startsWith("GET /stream ")) {
            stream(out);
        } else {
            String site = Site.at(connection.getLocalAddress()).map(Site::host).orElse("nobody");
            byte[] body = ("hello from " + site + "\n").getBytes(StandardCharsets.US_ASCII);
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                                    + body.length
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(body);
        }
    }

    private static void stream(OutputStream out) throws IOException {
        out.write(
                "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        byte[] chunk = new byte[CHUNK];
        long due = System.nanoTime();
        for (long number = 0; ; number++) {
            ByteBuffer.wrap(chunk).putLong(number);
            out.write(chunk);
            due += CHUNK_NANOS;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() == LARGEST_HEAD) {
                throw new IOException("no HTTP request");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static long contentLength(String head) {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return 0;
    }
}
