package io.fleetwall.node.link;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** What carries frames to the gateway and back, in order. Lives on the link verticle's context. */
sealed interface Carrier permits SocketCarrier, PollCarrier, FeedCarrier {
    /** Begins to hand on what comes. */
    void carry(Ear ear);

    /** Sends a frame after those before it. */
    void write(Buffer frame);

    /** Whether so much waits to be read that what can be said later had better be. */
    boolean isFull();

    /** Asks for a sign of life. */
    void ping();

    /** Whether the gateway takes a ping for a heartbeat. */
    boolean pingsSpeak();

    /** Ends it; the ear hears of it. */
    Future<Void> close();

    /** Who listens. */
    interface Ear {
        void frame(Buffer frame);

        /** A ping was answered. */
        void alive();

        /** It is of no use any more, for this reason; the end follows. */
        void broken(String why);

        /** The end, once. */
        void closed();
    }
}
