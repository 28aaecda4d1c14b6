package io.fleetwall.node.dns.upstream;

import io.netty.bootstrap.Bootstrap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One worker's connections to one upstream over TLS: one as long as it suffices, up to four while
 * many questions are open. Belongs to one event loop.
 */
final class TlsLinks {
    private static final int MAX_LINKS = 4;

    /** Open questions that a link takes before another is opened. */
    private static final int ENOUGH = 64;

    private final Bootstrap streams;
    private final TlsTrust trust;
    private final List<TlsLink> links = new ArrayList<>(1);

    TlsLinks(Bootstrap streams, TlsTrust trust) {
        this.streams = streams;
        this.trust = trust;
    }

    /** The least busy, or a new one. */
    TlsLink choose(Upstream upstream, UpstreamReplies replies) {
        links.removeIf(link -> !link.usable());
        if (!links.isEmpty()) {
            TlsLink least =
                    links.size() == 1
                            ? links.getFirst()
                            : links.stream()
                                    .min(Comparator.comparingInt(TlsLink::load))
                                    .orElseThrow();
            if (least.load() < ENOUGH || links.size() >= MAX_LINKS) {
                return least;
            }
        }
        TlsLink opened = new TlsLink(streams, trust, upstream, replies);
        links.add(opened);
        return opened;
    }

    void close() {
        links.forEach(TlsLink::retire);
    }
}
