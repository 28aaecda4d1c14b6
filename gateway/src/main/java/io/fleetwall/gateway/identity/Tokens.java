package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Bearer tokens: {@code fwt_ID_SECRET}. The store knows the id and SHA-256 of the secret; 256
 * random bits need no slow hash, and the comparison takes the same time whatever was presented.
 */
public final class Tokens {
    private static final String ADMIN_FILE = "admin.token";
    private static final SecureRandom RANDOM = new SecureRandom();
    private final Database database;
    private final InstantSource clock;

    /** Tokens kept in a store. */
    public Tokens(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What a token may be used for. */
    public enum Kind {
        ADMIN,
        ENROLMENT
    }

    /**
     * A token to be made.
     *
     * @param node the only node it may enrol; empty for any new one
     */
    public record Grant(Kind kind, Optional<String> node, int uses, Duration life) {}

    /**
     * A token that was presented and is good.
     *
     * @param node the only node it may enrol; empty for any new one
     */
    public record Granted(String id, Optional<String> node) {}

    /** Makes sure that the token in {@code admin.token} is good; makes both at the first start. */
    public void openAdmin(StateDirectory state) {
        Grant grant = new Grant(Kind.ADMIN, Optional.empty(), 1, Duration.ofDays(36_500));
        Parts parts =
                Parts.of(open(state))
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        state.file(ADMIN_FILE)
                                                + " holds no token; delete it for a new one"));
        database.write(transaction -> {
            transaction.update("DELETE FROM token WHERE id = ?", parts.id());
            return insert(transaction, parts, grant);
        });
    }

    /** The token in {@code admin.token}, made at the first start. */
    public static String open(StateDirectory state) {
        if (state.read(ADMIN_FILE).isEmpty()) {
            state.write(ADMIN_FILE, random().reveal() + "\n");
        }
        return state.read(ADMIN_FILE).orElseThrow().strip();
    }

    /** Makes a token within the transaction that records it; shown to its creator this once. */
    public Secret create(Transaction transaction, Grant grant) {
        Secret secret = random();
        insert(transaction, Parts.of(secret.reveal()).orElseThrow(), grant);
        return secret;
    }

    /** Who presents an administrator's token; empty when it is not good. */
    public Optional<Granted> admin(String presented) {
        return database.read(transaction -> check(transaction, Kind.ADMIN, presented));
    }

    /** Uses up one use of an enrolment token; empty when it is not good. */
    public Optional<Granted> useForEnrolment(Transaction transaction, String presented) {
        Optional<Granted> granted = check(transaction, Kind.ENROLMENT, presented);
        granted.ifPresent(token ->
                transaction.update(
                        "UPDATE token SET uses_left = uses_left - 1 WHERE id = ?", token.id()));
        return granted;
    }

    private Optional<Granted> check(Transaction transaction, Kind kind, String presented) {
        Optional<Parts> parts = Parts.of(presented);
        Optional<Stored> stored =
                parts.flatMap(token ->
                        transaction.first(
                                "SELECT hash, node FROM token WHERE id = ? AND kind = ?"
                                        + " AND uses_left > 0 AND expires_at > ?",
                                Stored::of,
                                token.id(),
                                kind.name(),
                                clock.millis()));
        String expected = stored.map(Stored::hash).orElse("0".repeat(64));
        String found = hash(parts.map(Parts::secret).orElse(""));
        boolean equal =
                MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.US_ASCII),
                        found.getBytes(StandardCharsets.US_ASCII));
        if (!equal || stored.isEmpty() || parts.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> node = Optional.of(stored.get().node()).filter(text -> !text.isEmpty());
        return Optional.of(new Granted(parts.get().id(), node));
    }

    private int insert(Transaction transaction, Parts parts, Grant grant) {
        return transaction.update(
                "INSERT INTO token (id, kind, hash, node, uses_left, created_at, expires_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                parts.id(),
                grant.kind().name(),
                hash(parts.secret()),
                grant.node().orElse(""),
                grant.uses(),
                clock.millis(),
                clock.millis() + grant.life().toMillis());
    }

    private static Secret random() {
        byte[] id = new byte[8];
        byte[] secret = new byte[32];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(secret);
        return new Secret(
                "fwt_"
                        + HexFormat.of().formatHex(id)
                        + "_"
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    private static String hash(String secret) {
        return HexFormat.of().formatHex(Sha256.of(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private record Stored(String hash, String node) {
        static Stored of(Row row) {
            return new Stored(row.text("hash"), row.text("node"));
        }
    }

    private record Parts(String id, String secret) {
        static Optional<Parts> of(String token) {
            if (!token.matches("fwt_[0-9a-f]{16}_[A-Za-z0-9_-]{43}")) {
                return Optional.empty();
            }
            return Optional.of(new Parts(token.substring(4, 20), token.substring(21)));
        }
    }
}
