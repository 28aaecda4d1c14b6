package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Bearer tokens: {@code fwt_ID_SECRET}. The store knows the id and SHA-256 of the secret; 256
 * random bits need no slow hash, and the comparison takes the same time whatever was presented.
 */
public final class Tokens {
    static final String PREFIX = "fwt_";
    private static final String ADMIN_FILE = "admin.token";
    private static final String GOOD = " AND uses_left > 0 AND expires_at > ? AND revoked_at = 0";
    private final Database database;
    private final InstantSource clock;

    /** Tokens kept in a store. */
    public Tokens(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private enum Kind {
        API,
        ENROLMENT
    }

    /** A token to be made. */
    public sealed interface Grant {
        /** How long it is good. */
        Duration life();

        /**
         * One that opens the API.
         *
         * @param name for people, who want to know later what it was for
         * @param by who asked for it
         */
        record Api(String name, String by, Role role, Set<Area> areas, Duration life)
                implements Grant {
            public Api {
                areas = Set.copyOf(areas);
            }
        }

        /**
         * One that lets nodes in.
         *
         * @param node the only node it may enrol; empty for any new one
         */
        record Enrolment(Optional<String> node, int uses, Duration life) implements Grant {}
    }

    /** A token that has just been made; the secret is shown to its creator this once. */
    public record Made(String id, Secret secret, Instant expires) {}

    /**
     * An enrolment token that was presented and is good.
     *
     * @param node the only node it may enrol; empty for any new one
     */
    record Granted(String id, Optional<String> node) {}

    /** A token as its administrators see it. */
    public record View(
            String id, Grant grant, Instant created, Instant expires, Optional<Instant> revoked) {}

    /**
     * Makes sure that the store knows the token in {@code admin.token}; makes both at the first
     * start. One that was revoked stays so: only another file makes another token.
     */
    public void openAdmin(StateDirectory state) {
        TokenText parts =
                TokenText.of(open(state))
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        state.file(ADMIN_FILE)
                                                + " holds no token; delete it for a new one"));
        Grant grant =
                new Grant.Api(
                        ADMIN_FILE, "gateway", Role.ADMIN, Area.all(), Duration.ofDays(36_500));
        database.write(transaction -> {
            boolean revoked =
                    transaction
                            .first(
                                    "SELECT id FROM token WHERE id = ? AND revoked_at <> 0",
                                    row -> row.text("id"),
                                    parts.id())
                            .isPresent();
            if (revoked) {
                return 0;
            }
            transaction.update("DELETE FROM token WHERE id = ?", parts.id());
            return insert(transaction, parts, grant);
        });
    }

    /** The token in {@code admin.token}, made at the first start. */
    public static String open(StateDirectory state) {
        if (state.read(ADMIN_FILE).isEmpty()) {
            state.write(ADMIN_FILE, TokenText.random().whole().reveal() + "\n");
        }
        return state.read(ADMIN_FILE).orElseThrow().strip();
    }

    /** Makes a token within the transaction that records it. */
    public Made create(Transaction transaction, Grant grant) {
        TokenText text = TokenText.random();
        insert(transaction, text, grant);
        return new Made(text.id(), text.whole(), clock.instant().plus(grant.life()));
    }

    /** Takes a token back; false when there is none with this id. */
    public boolean revoke(Transaction transaction, String id) {
        return transaction.update(
                        "UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at = 0",
                        clock.millis(),
                        id)
                > 0;
    }

    /** Where a token stands in the list. */
    public record Place(long created, String id) {}

    /** Tokens that have not expired, newest first, behind a place. */
    public List<View> list(Optional<Place> after, int limit) {
        Place place = after.orElse(new Place(Long.MAX_VALUE, ""));
        return database.read(transaction ->
                transaction.list(
                        "SELECT * FROM token WHERE expires_at > ?"
                                + " AND (created_at < ? OR (created_at = ? AND id > ?))"
                                + " ORDER BY created_at DESC, id LIMIT ?",
                        Tokens::view,
                        clock.millis(),
                        place.created(),
                        place.created(),
                        place.id(),
                        limit));
    }

    /** Who presents an API token; empty when it is not good. */
    Optional<Principal> principal(String presented) {
        return database.read(transaction -> check(transaction, Kind.API, presented))
                .flatMap(row ->
                        Role.of(row.role())
                                .map(role ->
                                        new Principal(
                                                "token:" + row.id(),
                                                role,
                                                Area.read(row.areas()))));
    }

    /** Uses up one use of an enrolment token; empty when it is not good. */
    Optional<Granted> useForEnrolment(Transaction transaction, String presented) {
        Optional<Stored> row = check(transaction, Kind.ENROLMENT, presented);
        row.ifPresent(token ->
                transaction.update(
                        "UPDATE token SET uses_left = uses_left - 1 WHERE id = ?", token.id()));
        return row.map(token ->
                new Granted(token.id(), Optional.of(token.node()).filter(n -> !n.isEmpty())));
    }

    private Optional<Stored> check(Transaction transaction, Kind kind, String presented) {
        Optional<TokenText> text = TokenText.of(presented);
        Optional<Stored> stored =
                text.flatMap(token ->
                        transaction.first(
                                "SELECT id, hash, node, role, areas FROM token"
                                        + " WHERE id = ? AND kind = ?"
                                        + GOOD,
                                Stored::of,
                                token.id(),
                                kind.name(),
                                clock.millis()));
        String expected = stored.map(Stored::hash).orElse("0".repeat(64));
        String found = text.map(TokenText::hash).orElse("");
        boolean equal =
                MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.US_ASCII),
                        found.getBytes(StandardCharsets.US_ASCII));
        return equal ? stored : Optional.empty();
    }

    private int insert(Transaction transaction, TokenText text, Grant grant) {
        Columns columns =
                switch (grant) {
                    case Grant.Api api ->
                            new Columns(
                                    Kind.API,
                                    "",
                                    1,
                                    List.of(
                                            api.name(),
                                            api.role().toString(),
                                            Area.write(api.areas()),
                                            api.by()));
                    case Grant.Enrolment one ->
                            new Columns(
                                    Kind.ENROLMENT,
                                    one.node().orElse(""),
                                    one.uses(),
                                    List.of("", "", "", ""));
                };
        return transaction.update(
                "INSERT INTO token (id, kind, hash, node, uses_left, created_at, expires_at,"
                        + " name, role, areas, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                text.id(),
                columns.kind().name(),
                text.hash(),
                columns.node(),
                columns.uses(),
                clock.millis(),
                clock.millis() + grant.life().toMillis(),
                columns.rest().get(0),
                columns.rest().get(1),
                columns.rest().get(2),
                columns.rest().get(3));
    }

    private record Columns(Kind kind, String node, int uses, List<String> rest) {}

    private static View view(Row row) {
        Instant created = Instant.ofEpochMilli(row.number("created_at"));
        Instant expires = Instant.ofEpochMilli(row.number("expires_at"));
        Duration life = Duration.between(created, expires);
        Grant grant =
                switch (Kind.valueOf(row.text("kind"))) {
                    case API ->
                            new Grant.Api(
                                    row.text("name"),
                                    row.text("created_by"),
                                    Role.of(row.text("role")).orElse(Role.VIEWER),
                                    Area.read(row.text("areas")),
                                    life);
                    case ENROLMENT ->
                            new Grant.Enrolment(
                                    Optional.of(row.text("node")).filter(n -> !n.isEmpty()),
                                    (int) row.number("uses_left"),
                                    life);
                };
        long revoked = row.number("revoked_at");
        return new View(
                row.text("id"),
                grant,
                created,
                expires,
                revoked == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(revoked)));
    }

    private record Stored(String id, String hash, String node, String role, String areas) {
        static Stored of(Row row) {
            return new Stored(
                    row.text("id"),
                    row.text("hash"),
                    row.text("node"),
                    row.text("role"),
                    row.text("areas"));
        }
    }
}
