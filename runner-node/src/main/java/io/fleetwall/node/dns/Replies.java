package io.fleetwall.node.dns;

import io.fleetwall.node.dns.cache.CachedAnswer;
import io.fleetwall.node.dns.listen.Client;
import io.fleetwall.node.dns.wire.Dns;
import io.fleetwall.node.dns.wire.ExtendedError;
import io.fleetwall.node.dns.wire.QueryView;
import io.fleetwall.node.dns.wire.ReplyWriter;
import io.fleetwall.node.dns.wire.WireAnswer;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Writes and sends; one buffer for a worker's replies, copied by the socket. */
final class Replies {
    /** How long a client may keep a name for an address; short, since it is only for people. */
    private static final int REVERSE_TTL_SECONDS = 30;

    private static final ExtendedError STALE =
            ExtendedError.of(
                    ExtendedError.STALE_ANSWER, "fleetwall: no upstream answers, this is old");

    private final ReplyWriter writer = new ReplyWriter();
    private final LongSupplier nanoClock;

    Replies(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * @param answer the cached one, or what is left of it
     */
    void answer(QueryView query, Client client, CachedAnswer cached, WireAnswer answer) {
        int age = cached.ageSeconds(nanoClock.getAsLong());
        writer.answer(query, answer, age, client.limit(query.payload()));
        if (cached.freshness() == CachedAnswer.Freshness.STALE) {
            writer.explain(query, STALE, client.limit(query.payload()));
        }
        send(client);
    }

    /** No such name when there are none. */
    void names(QueryView query, Client client, List<byte[]> names) {
        if (names.isEmpty()) {
            writer.empty(query, Dns.NXDOMAIN, Optional.empty());
        } else {
            writer.pointers(query, names, REVERSE_TTL_SECONDS);
        }
        send(client);
    }

    /** A response code without a word. */
    void error(QueryView query, Client client, int code) {
        writer.empty(query, code, Optional.empty());
        send(client);
    }

    void refused(QueryView query, Client client, ExtendedError reason) {
        writer.empty(query, Dns.REFUSED, Optional.of(reason));
        send(client);
    }

    /** SERVFAIL: the proxy could not, whatever the policy says. */
    void failed(QueryView query, Client client, ExtendedError reason) {
        writer.empty(query, Dns.SERVFAIL, Optional.of(reason));
        send(client);
    }

    private void send(Client client) {
        client.reply(writer.buffer(), writer.length());
    }
}
