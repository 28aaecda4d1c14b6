package io.fleetwall.gateway.catalogue;

import io.fleetwall.gateway.catalogue.Revision.Cause;
import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.policy.document.SourceFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The published catalogues in the store. Rows are added, never changed; only the head moves. */
final class RevisionTable {
    private static final String META =
            "revision, digest, as_of, published_at, published_by, cause, message, files";

    private RevisionTable() {}

    /** A revision with its content. */
    record Content(Revision revision, List<SourceFile> sources) {
        Content {
            sources = List.copyOf(sources);
        }
    }

    static long head(Transaction transaction) {
        return transaction
                .first(
                        "SELECT revision FROM policy_head WHERE id = 1",
                        row -> row.number("revision"))
                .orElseThrow();
    }

    /**
     * Adds the next revision if the head is still where the caller saw it; else changes nothing.
     */
    static boolean append(Transaction transaction, long seen, Content next) {
        Revision revision = next.revision();
        int moved =
                transaction.update(
                        "UPDATE policy_head SET revision = ? WHERE id = 1 AND revision = ?",
                        revision.number(),
                        seen);
        if (moved == 0) {
            return false;
        }
        transaction.update(
                "INSERT INTO policy_revision ("
                        + META
                        + ", sources)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                revision.number(),
                revision.digest(),
                revision.asOf().toEpochMilli(),
                revision.at().toEpochMilli(),
                revision.by(),
                revision.cause().name(),
                revision.message(),
                revision.files(),
                encode(next.sources()));
        return true;
    }

    static Optional<Content> load(Transaction transaction, long number) {
        return transaction.first(
                "SELECT " + META + ", sources FROM policy_revision WHERE revision = ?",
                row -> new Content(revision(row), decode(row.text("sources"))),
                number);
    }

    static Optional<Revision> find(Transaction transaction, long number) {
        return transaction.first(
                "SELECT " + META + " FROM policy_revision WHERE revision = ?",
                RevisionTable::revision,
                number);
    }

    /** Newest first, below {@code before}. */
    static List<Revision> history(Transaction transaction, long before, int limit) {
        return transaction.list(
                "SELECT "
                        + META
                        + " FROM policy_revision WHERE revision < ?"
                        + " ORDER BY revision DESC LIMIT ?",
                RevisionTable::revision,
                before,
                limit);
    }

    /** Digest of what a watched directory held when it last became a revision. */
    static Optional<String> directory(Transaction transaction, String path) {
        return transaction.first(
                "SELECT digest FROM policy_directory WHERE path = ?",
                row -> row.text("digest"),
                path);
    }

    static void rememberDirectory(Transaction transaction, String path, String digest, long at) {
        transaction.update(
                "INSERT INTO policy_directory (path, digest, read_at) VALUES (?, ?, ?)"
                        + " ON CONFLICT (path) DO UPDATE SET digest = excluded.digest,"
                        + " read_at = excluded.read_at",
                path,
                digest,
                at);
    }

    private static Revision revision(Row row) {
        return new Revision(
                row.number("revision"),
                row.text("digest"),
                Instant.ofEpochMilli(row.number("as_of")),
                Instant.ofEpochMilli(row.number("published_at")),
                row.text("published_by"),
                Cause.valueOf(row.text("cause")),
                row.text("message"),
                (int) row.number("files"));
    }

    /** Bytes, not text: a catalogue is read back exactly as it was given. */
    static String encode(Collection<SourceFile> sources) {
        JsonArray files = new JsonArray();
        Base64.Encoder base64 = Base64.getEncoder();
        for (SourceFile source : sources) {
            files.add(
                    new JsonObject()
                            .put("path", source.path())
                            .put("bytes", base64.encodeToString(source.bytes())));
        }
        return files.encode();
    }

    static List<SourceFile> decode(String text) {
        return new JsonArray(text)
                .stream()
                        .map(JsonObject.class::cast)
                        .map(file ->
                                new SourceFile(
                                        file.getString("path"),
                                        Base64.getDecoder().decode(file.getString("bytes"))))
                        .toList();
    }
}
