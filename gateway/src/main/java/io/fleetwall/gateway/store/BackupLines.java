package io.fleetwall.gateway.store;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The lines of a backup, counted and digested as they go by. */
final class BackupLines {
    static final String ROW = "row";
    private final BufferedWriter out;
    private final MessageDigest digest = sha256();
    private long rows;

    BackupLines(BufferedWriter out) {
        this.out = out;
    }

    static boolean isRow(JsonObject line) {
        return line.containsKey(ROW);
    }

    void row(JsonObject row) {
        again(new JsonObject().put(ROW, row).encode());
    }

    /** A line that was read, or is to be written, as it is. */
    void again(String line) {
        rows += line.startsWith("{\"" + ROW + "\":") ? 1 : 0;
        add(line);
    }

    void add(String line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException failed) {
            throw new UncheckedIOException("write a backup", failed);
        }
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    long rows() {
        return rows;
    }

    /** Of all lines so far. */
    String digest() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException every) {
            throw new IllegalStateException("SHA-256 can be cloned on every Java platform", every);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
