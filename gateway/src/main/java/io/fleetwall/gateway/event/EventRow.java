package io.fleetwall.gateway.event;

import io.fleetwall.gateway.store.Row;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * An event as it stands in the store.
 *
 * @param entry its place, ascending
 * @param origin the node, or {@code gateway/NAME} for a gateway's own
 * @param body the JSON form in UTF-8, encoded once for the store and for the chain
 */
record EventRow(
        long entry,
        String id,
        String kind,
        long at,
        long received,
        String origin,
        String boot,
        long sequence,
        Buffer body) {
    static final List<String> COLUMNS =
            List.of("entry", "id", "kind", "at", "received", "origin", "boot", "sequence", "body");

    static EventRow of(Row row) {
        return new EventRow(
                row.number("entry"),
                row.text("id"),
                row.text("kind"),
                row.number("at"),
                row.number("received"),
                row.text("origin"),
                row.text("boot"),
                row.number("sequence"),
                Buffer.buffer(row.text("body")));
    }

    /** In the order of the columns. */
    List<Object> values() {
        return List.of(entry, id, kind, at, received, origin, boot, sequence, body.getBytes());
    }

    /** Every column counts. */
    void into(ChainDigest digest) {
        digest.number(entry).number(at).number(received).number(sequence);
        digest.text(id).text(kind).text(origin).text(boot).text(body.getBytes());
    }
}
