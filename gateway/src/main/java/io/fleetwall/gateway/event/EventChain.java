package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Transaction;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Makes the event log provable: what one transaction stores is one link, and each link's hash
 * covers the one before. A link a batch costs a hash and a row; a link an event would double the
 * rows.
 *
 * <p>Days that are forgotten leave a line in the trail of administrative acts, which is chained
 * itself: which links went, after which hash, and with which hash they ended.
 */
final class EventChain {
    /** The act that forgets days. */
    static final String FORGET = "events.forget";

    private final AuditLog audit;

    EventChain(InstantSource clock) {
        this.audit = new AuditLog(clock);
    }

    /**
     * Where the log ends.
     *
     * @param entry of the newest event
     * @param link of the newest link; 0 when there is none yet
     */
    record Head(long entry, long link, String hash) {}

    static Head head(Transaction transaction) {
        return transaction
                .first(
                        "SELECT entry, link, hash FROM event_head WHERE id = 1",
                        row -> new Head(row.number("entry"), row.number("link"), row.text("hash")))
                .orElseThrow();
    }

    /** Stores events that follow the head, and their link. */
    void append(Transaction transaction, Head head, List<EventRow> rows) {
        transaction.insert("event", EventRow.COLUMNS, rows.stream().map(EventRow::values).toList());
        EventLink link = EventLink.after(head, rows);
        transaction.insert("event_link", EventLink.COLUMNS, List.of(link.values()));
        transaction.update(
                "UPDATE event_head SET entry = ?, link = ?, hash = ? WHERE id = 1",
                link.last(),
                link.entry(),
                link.hash());
    }

    /**
     * Links that follow each other and were forgotten together.
     *
     * @param previous hash of the link before the first
     * @param hash of the last
     */
    record Forgotten(
            long first, long last, String previous, String hash, long firstEvent, long lastEvent) {
        private JsonObject json() {
            return new JsonObject()
                    .put("first", first)
                    .put("last", last)
                    .put("previous", previous)
                    .put("hash", hash)
                    .put("firstEvent", firstEvent)
                    .put("lastEvent", lastEvent);
        }

        private static Forgotten of(JsonObject json) {
            return new Forgotten(
                    json.getLong("first"),
                    json.getLong("last"),
                    json.getString("previous"),
                    json.getString("hash"),
                    json.getLong("firstEvent"),
                    json.getLong("lastEvent"));
        }
    }

    /** Forgets whole days (UTC) with their links; how many events. Makes room for those to come. */
    long forget(Transaction transaction, Instant now, Instant keepFrom) {
        LocalDate day = LocalDate.ofInstant(keepFrom, ZoneOffset.UTC);
        long before = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        JsonArray links = new JsonArray();
        ending(transaction, before).forEach(run -> links.add(run.json()));
        transaction.update(
                "UPDATE event_head SET kept_from = ? WHERE kept_from < ?", before, before);
        long events = transaction.keepDays("event", now, keepFrom);
        long gone = transaction.keepDays("event_link", now, keepFrom);
        if (events > 0 || gone > 0) {
            audit.record(
                    transaction,
                    new AuditLog.Act(
                            "retention",
                            FORGET,
                            "before " + day,
                            new JsonObject().put("events", events).put("links", links)));
        }
        return events;
    }

    /** Links received before, in runs without a gap: gateways' clocks may differ at midnight. */
    private static List<Forgotten> ending(Transaction transaction, long before) {
        return transaction.list(
                "SELECT a.entry AS first, b.entry AS last, a.previous, b.hash, a.first_event,"
                        + " b.last_event FROM (SELECT min(entry) AS low, max(entry) AS high FROM"
                        + " (SELECT entry, entry - row_number() OVER (ORDER BY entry) AS run"
                        + " FROM event_link WHERE received < ?) AS numbered GROUP BY run) AS runs"
                        + " JOIN event_link a ON a.entry = low JOIN event_link b ON b.entry = high"
                        + " ORDER BY low",
                row ->
                        new Forgotten(
                                row.number("first"),
                                row.number("last"),
                                row.text("previous"),
                                row.text("hash"),
                                row.number("first_event"),
                                row.number("last_event")),
                before);
    }

    /** All that was ever forgotten, by the trail, oldest first. */
    static List<Forgotten> forgotten(Transaction transaction) {
        return AuditLog.named(transaction, FORGET).stream()
                .flatMap(line -> line.act().detail().getJsonArray("links").stream())
                .map(link -> Forgotten.of((JsonObject) link))
                .toList();
    }
}
