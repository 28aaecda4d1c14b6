package io.fleetwall.gateway.fleet;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** What carries frames to one node, in order. Belongs to its listener's event loop. */
sealed interface Carrier permits SocketCarrier, PollCarrier, FeedCarrier {
    /** Whether nothing can be said any more. */
    boolean isClosed();

    /** Whether more had better wait until the node has taken what is under way. */
    boolean isFull();

    /** Sends a frame after those before it. */
    Future<Void> write(Buffer frame);

    /** The same for what thousands are sent. */
    default Future<Void> write(PolicyFrame policy) {
        return write(policy.message());
    }

    /** Takes nothing more from the node for now, so that it waits and keeps what it has. */
    void pause();

    /** Takes from the node again. */
    void resume();

    /** Lets a node that is not read know that it is not forgotten. */
    void assure();

    /** What to do when it has ended, on whose word ever. */
    void onClose(Runnable handler);

    /** Ends it once what was written is out. */
    Future<Void> close(String reason);
}
