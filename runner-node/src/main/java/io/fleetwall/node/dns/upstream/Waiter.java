package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.cache.CachedAnswer;

/** Who waits for an upstream's answer; told once, on the worker's event loop. */
public interface Waiter {
    /** For a question that only fills the cache. */
    Waiter NOBODY =
            new Waiter() {
                @Override
                public void resolved(CachedAnswer answer) {}

                @Override
                public void unresolved(String reason) {}
            };

    void resolved(CachedAnswer answer);

    /**
     * No upstream helped.
     *
     * @param reason for people: what the upstreams did
     */
    void unresolved(String reason);
}
