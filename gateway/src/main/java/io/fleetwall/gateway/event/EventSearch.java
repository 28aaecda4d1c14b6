package io.fleetwall.gateway.event;

import io.fleetwall.gateway.condition.Condition;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Row;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks for events by time, text and condition. The store narrows by time, the rest is decided
 * here, a bounded number of events a call: a search that finds nothing answers with the cursor to
 * go on from instead of holding the store.
 */
public final class EventSearch {
    private static final int MOST = 20_000;
    private static final int PAGE = 1_000;
    private final Database database;

    /** Searches a store. */
    public EventSearch(Database database) {
        this.database = database;
    }

    /**
     * What is looked for.
     *
     * @param after the cursor to go on from
     * @param text within any value of the event, letter case aside; empty for any
     * @param limit at most so many are found
     */
    public record Wish(
            long after,
            Instant from,
            Instant until,
            Optional<Condition> where,
            String text,
            int limit) {}

    /**
     * What was found.
     *
     * @param next cursor to go on from
     * @param complete whether there is nothing after it yet
     */
    public record Found(List<StoredEvent> events, long next, boolean complete) {}

    /** The first events after the cursor that are so. */
    public Found find(Wish wish) {
        List<StoredEvent> found = new ArrayList<>();
        long cursor = wish.after();
        for (int looked = 0; looked < MOST; looked += PAGE) {
            List<StoredEvent> page = page(wish, cursor);
            for (StoredEvent event : page) {
                cursor = event.entry();
                if (matches(wish, event)) {
                    found.add(event);
                }
                if (found.size() == wish.limit()) {
                    return new Found(found, cursor, false);
                }
            }
            if (page.size() < PAGE) {
                return new Found(found, cursor, true);
            }
        }
        return new Found(found, cursor, false);
    }

    private List<StoredEvent> page(Wish wish, long after) {
        return database.read(transaction ->
                transaction.list(
                        "SELECT entry, kind, body FROM event WHERE entry > ? AND at >= ? AND at < ?"
                                + " ORDER BY entry LIMIT ?",
                        EventSearch::event,
                        after,
                        wish.from().toEpochMilli(),
                        wish.until().toEpochMilli(),
                        PAGE));
    }

    private static boolean matches(Wish wish, StoredEvent event) {
        boolean text =
                wish.text().isEmpty()
                        || mentions(event.body(), wish.text().toLowerCase(Locale.ROOT));
        return text && wish.where().map(where -> where.holds(event.body())).orElse(true);
    }

    /** In a value, as it is and not as JSON escapes it; keys are the same in all events. */
    private static boolean mentions(Object value, String text) {
        return switch (value) {
            case JsonObject json ->
                    json.stream().anyMatch(entry -> mentions(entry.getValue(), text));
            case JsonArray list -> list.stream().anyMatch(one -> mentions(one, text));
            default -> value.toString().toLowerCase(Locale.ROOT).contains(text);
        };
    }

    private static StoredEvent event(Row row) {
        return new StoredEvent(
                row.number("entry"), row.text("kind"), new JsonObject(row.text("body")));
    }
}
