package io.fleetwall.gateway.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The trail of administrative acts. Written in the transaction of the act itself, so that there is
 * neither an act without its line nor a line without its act.
 *
 * <p>Each line's hash covers the one before, so that a line that was changed, taken out or put in
 * later does not fit; the database refuses to change lines besides.
 */
public final class AuditLog {
    private final InstantSource clock;

    /** A trail whose times come from a clock. */
    public AuditLog(InstantSource clock) {
        this.clock = clock;
    }

    /** Adds a line. */
    public void record(Transaction transaction, Act act) {
        Link last =
                transaction
                        .first("SELECT entry, hash FROM audit_head WHERE id = 1", Link::of)
                        .orElseThrow();
        Line line = new Line(last.entry() + 1, clock.millis(), act, act.detail().encode());
        String hash = line.hash(last.hash());
        transaction.update(
                "INSERT INTO admin_audit (entry, at, actor, act, subject, detail, hash)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                line.entry(),
                line.at(),
                act.actor(),
                act.name(),
                act.subject(),
                line.detail(),
                hash);
        transaction.update(
                "UPDATE audit_head SET entry = ?, hash = ? WHERE id = 1", line.entry(), hash);
    }

    /** A line as it stands in the trail. */
    public record Written(long entry, long at, Act act, String hash) {
        private static Written of(Row row) {
            return new Written(
                    row.number("entry"),
                    row.number("at"),
                    new Act(
                            row.text("actor"),
                            row.text("act"),
                            row.text("subject"),
                            new JsonObject(row.text("detail"))),
                    row.text("hash"));
        }
    }

    /** Lines below an entry, newest first. */
    public static List<Written> list(Transaction transaction, long before, int limit) {
        return transaction.list(
                "SELECT entry, at, actor, act, subject, detail, hash FROM admin_audit"
                        + " WHERE entry < ? ORDER BY entry DESC LIMIT ?",
                Written::of,
                before,
                limit);
    }

    /** All lines of one act, oldest first. */
    public static List<Written> named(Transaction transaction, String act) {
        return transaction.list(
                "SELECT entry, at, actor, act, subject, detail, hash FROM admin_audit"
                        + " WHERE act = ? ORDER BY entry",
                Written::of,
                act);
    }

    /** Lines above an entry, oldest first. */
    public static List<Written> after(Transaction transaction, long entry, int limit) {
        return transaction.list(
                "SELECT entry, at, actor, act, subject, detail, hash FROM admin_audit"
                        + " WHERE entry > ? ORDER BY entry LIMIT ?",
                Written::of,
                entry,
                limit);
    }

    /** Follows the whole chain; says where it breaks, or nothing when it holds. */
    public static Optional<String> flaw(Transaction transaction) {
        Link head =
                transaction
                        .first("SELECT entry, hash FROM audit_head WHERE id = 1", Link::of)
                        .orElse(new Link(0, ""));
        Walk walk = new Walk();
        transaction.each(
                "SELECT entry, at, actor, act, subject, detail, hash FROM admin_audit"
                        + " ORDER BY entry",
                walk::step);
        return walk.flaw(head);
    }

    private static final class Walk {
        private Link last = new Link(0, "");
        private Optional<String> flaw = Optional.empty();

        void step(Row row) {
            Act act =
                    new Act(
                            row.text("actor"),
                            row.text("act"),
                            row.text("subject"),
                            new JsonObject());
            Line line = new Line(row.number("entry"), row.number("at"), act, row.text("detail"));
            String hash = row.text("hash");
            boolean older = hash.isEmpty() && last.hash().isEmpty();
            if (flaw.isEmpty() && !older) {
                if (!last.hash().isEmpty() && line.entry() != last.entry() + 1) {
                    flaw =
                            Optional.of(
                                    "lines %d to %d are missing"
                                            .formatted(last.entry() + 1, line.entry() - 1));
                } else if (!line.hash(last.hash()).equals(hash)) {
                    flaw = Optional.of("line " + line.entry() + " is not what was written");
                }
            }
            last = new Link(line.entry(), hash);
        }

        Optional<String> flaw(Link head) {
            if (flaw.isEmpty() && !head.equals(last)) {
                return Optional.of(
                        "the trail ends with line %d instead of %d"
                                .formatted(last.entry(), head.entry()));
            }
            return flaw;
        }
    }

    private record Link(long entry, String hash) {
        static Link of(Row row) {
            return new Link(row.number("entry"), row.text("hash"));
        }
    }

    private record Line(long entry, long at, Act act, String detail) {
        String hash(String previous) {
            String text =
                    new JsonArray()
                            .add(previous)
                            .add(entry)
                            .add(at)
                            .add(act.actor())
                            .add(act.name())
                            .add(act.subject())
                            .add(detail)
                            .encode();
            try {
                return HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(text.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException missing) {
                throw new IllegalStateException("every Java platform has SHA-256", missing);
            }
        }
    }

    /**
     * One administrative act.
     *
     * @param actor who did it: a token id, or a part of the gateway
     * @param name what was done, for example {@code policy.publish}
     * @param subject to what
     */
    public record Act(String actor, String name, String subject, JsonObject detail) {}
}
