package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Follows the chain of events and says where it breaks: what was changed, taken out, put in, or put
 * in another order since it was stored.
 *
 * <p>A bounded number of events a call, so that a store of any size can be checked while gateways
 * work on it. Whoever goes on brings the hash the call before ended with.
 */
public final class EventCheck {
    private static final int LINKS_AT_ONCE = 64;
    private static final int MOST_LINKS = 2_000;
    private static final int MOST_EVENTS = 20_000;

    private final Transaction transaction;
    private final List<EventChain.Forgotten> forgotten;
    private final List<String> flaws = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Place place;
    private long links;
    private long events;

    private EventCheck(Transaction transaction, Place from) {
        this.transaction = transaction;
        this.forgotten = EventChain.forgotten(transaction);
        this.place = from;
    }

    /**
     * Up to where the chain was followed.
     *
     * @param link its number
     * @param event the last event in it
     * @param hash of the link
     */
    public record Place(long link, long event, String hash) {
        /** Before the first link. */
        public static final Place BEGIN = new Place(0, 0, "");
    }

    /**
     * What was found on the way.
     *
     * @param place where to go on, or where the chain ends
     * @param complete whether that is its end
     * @param notes what cannot be checked, and why that is no flaw
     */
    public record Findings(
            Place place,
            boolean complete,
            long links,
            long events,
            List<String> flaws,
            List<String> notes) {}

    /** Goes on from a place for a while. */
    public static Findings go(Transaction transaction, Place from) {
        EventCheck check = new EventCheck(transaction, from);
        boolean complete = check.go();
        return new Findings(
                check.place, complete, check.links, check.events, check.flaws, check.notes);
    }

    /** What is wrong with a link whose hash somebody wrote down earlier; nothing when it holds. */
    public static Optional<String> flaw(Transaction transaction, long link, String hash) {
        String anchor = "link " + link + " of the anchor ";
        List<String> found =
                transaction.list(
                        "SELECT hash FROM event_link WHERE entry = ?",
                        row -> row.text("hash"),
                        link);
        if (!found.isEmpty()) {
            return found.equals(List.of(hash))
                    ? Optional.empty()
                    : Optional.of(anchor + "has another hash");
        }
        for (EventChain.Forgotten gone : EventChain.forgotten(transaction)) {
            if (gone.first() <= link && link < gone.last()) {
                return Optional.of(anchor + "was forgotten, and is not the last of its day");
            }
            if (gone.last() == link) {
                return gone.hash().equals(hash)
                        ? Optional.empty()
                        : Optional.of(anchor + "has another hash");
            }
        }
        return Optional.of(anchor + "is missing");
    }

    private boolean go() {
        if (place.equals(Place.BEGIN)) {
            AuditLog.flaw(transaction).ifPresent(flaw -> flaws.add("audit trail: " + flaw));
        }
        while (links < MOST_LINKS && events < MOST_EVENTS) {
            List<EventLink> page = page();
            for (EventLink link : page) {
                follow(link);
            }
            if (page.size() < LINKS_AT_ONCE) {
                end();
                return true;
            }
        }
        return false;
    }

    private List<EventLink> page() {
        return transaction.list(
                "SELECT * FROM event_link WHERE entry > ? ORDER BY entry LIMIT " + LINKS_AT_ONCE,
                EventLink::of,
                place.link());
    }

    private void follow(EventLink link) {
        passForgotten();
        if (link.entry() <= place.link()) {
            flaws.add("link " + link.entry() + " is there twice");
            return;
        }
        boolean next = link.entry() == place.link() + 1;
        if (!next) {
            flaws.add(missing("link", place.link() + 1, link.entry() - 1));
        } else if (!link.previous().equals(place.hash())) {
            flaws.add("link %d does not follow the one before it".formatted(link.entry()));
        }
        unlinked(link);
        links++;
        compare(link);
        place = new Place(link.entry(), link.last(), link.hash());
    }

    /** Days that are gone, as the trail of administrative acts says. */
    private void passForgotten() {
        for (Optional<EventChain.Forgotten> run = run(); run.isPresent(); run = run()) {
            EventChain.Forgotten gone = run.get();
            if (gone.first() == place.link() + 1 && !gone.previous().equals(place.hash())) {
                flaws.add("link %d does not follow the one before it".formatted(gone.first()));
            }
            long left = count(gone.firstEvent(), gone.lastEvent());
            if (left > 0) {
                flaws.add(
                        "%d events are in days that were forgotten (%d to %d)"
                                .formatted(left, gone.firstEvent(), gone.lastEvent()));
            }
            notes.add(
                    "links %d to %d were forgotten by retention; they ended with %s"
                            .formatted(gone.first(), gone.last(), gone.hash()));
            place = new Place(gone.last(), gone.lastEvent(), gone.hash());
        }
    }

    private Optional<EventChain.Forgotten> run() {
        long next = place.link() + 1;
        return forgotten.stream()
                .filter(gone -> gone.first() <= next && next <= gone.last())
                .findFirst();
    }

    /** Events between the links belong to none; before the first link they are older than it. */
    private void unlinked(EventLink link) {
        long from = place.link() == 0 ? Long.MIN_VALUE : place.event() + 1;
        long between = link.first() > from ? count(from, link.first() - 1) : 0;
        if (between == 0) {
            return;
        }
        if (place.link() == 0 && link.entry() == 1) {
            notes.add(between + " events are older than the chain");
        } else {
            flaws.add("%d events before event %d are in no link".formatted(between, link.first()));
        }
    }

    private long count(long from, long to) {
        return transaction
                .first(
                        "SELECT count(*) AS n FROM event WHERE entry >= ? AND entry <= ?",
                        row -> row.number("n"),
                        from,
                        to)
                .orElse(0L);
    }

    private void compare(EventLink link) {
        List<EventRow> rows =
                transaction.list(
                        "SELECT * FROM event WHERE entry >= ? AND entry <= ? ORDER BY entry LIMIT ?",
                        EventRow::of,
                        link.first(),
                        link.last(),
                        EventLink.MOST + 1);
        events += rows.size();
        int before = flaws.size();
        long expected = link.first();
        for (EventRow row : rows) {
            if (row.entry() < expected) {
                flaws.add("event " + row.entry() + " is there twice");
            } else if (row.entry() > expected) {
                flaws.add(missing("event", expected, row.entry() - 1));
            }
            expected = row.entry() + 1;
        }
        if (expected <= link.last()) {
            flaws.add(missing("event", expected, link.last()));
        }
        if (flaws.size() == before && !link.hashOf(rows).equals(link.hash())) {
            flaws.add(
                    "events %d to %d (link %d) are not as they were stored"
                            .formatted(link.first(), link.last(), link.entry()));
        }
    }

    private static String missing(String what, long from, long to) {
        return from == to
                ? "%s %d is missing".formatted(what, from)
                : "%ss %d to %d are missing".formatted(what, from, to);
    }

    private void end() {
        passForgotten();
        EventChain.Head head = EventChain.head(transaction);
        if (place.link() != head.link() || !place.hash().equals(head.hash())) {
            flaws.add(
                    "the chain ends with link %d instead of %d, or with another hash"
                            .formatted(place.link(), head.link()));
        }
        long after = head.link() == 0 ? 0 : count(place.event() + 1, Long.MAX_VALUE);
        if (after > 0) {
            flaws.add("%d events after event %d are in no link".formatted(after, place.event()));
        }
    }
}
