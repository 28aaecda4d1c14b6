package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.Row;
import java.util.List;

/**
 * One link of the chain: events that were stored together, and the hash of what was stored.
 *
 * @param entry its number: 1, 2, 3 …
 * @param received when its events were received
 * @param first the first of its events
 * @param last the last of them; none between is missing
 * @param previous hash of the link before; empty for the first
 * @param hash covers all of the above and every column of every event
 */
record EventLink(long entry, long received, long first, long last, String previous, String hash) {
    /** Far above what an intake stores at once; a link that claims more was not written by one. */
    static final int MOST = 1 << 16;

    static final List<String> COLUMNS =
            List.of("entry", "received", "first_event", "last_event", "previous", "hash");

    static EventLink of(Row row) {
        return new EventLink(
                row.number("entry"),
                row.number("received"),
                row.number("first_event"),
                row.number("last_event"),
                row.text("previous"),
                row.text("hash"));
    }

    /** The link after a head that holds these events, at least one. */
    static EventLink after(EventChain.Head head, List<EventRow> rows) {
        EventLink link =
                new EventLink(
                        head.link() + 1,
                        rows.getFirst().received(),
                        rows.getFirst().entry(),
                        rows.getLast().entry(),
                        head.hash(),
                        "");
        return new EventLink(
                link.entry, link.received, link.first, link.last, link.previous, link.hashOf(rows));
    }

    /** What its hash is if these are its events. */
    String hashOf(List<EventRow> rows) {
        ChainDigest digest = new ChainDigest();
        digest.text(previous).number(entry).number(received).number(first).number(last);
        rows.forEach(row -> row.into(digest));
        return digest.hex();
    }

    /** In the order of the columns. */
    List<Object> values() {
        return List.of(entry, received, first, last, previous, hash);
    }
}
