package io.fleetwall.gateway.fleet;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * Frames over the event bus to a node in this very process. An empty one, which is no frame, is the
 * end.
 */
final class FeedCarrier implements Carrier {
    private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
    private static final Buffer END = Buffer.buffer();

    private final EventBus bus;
    private final Context context;
    private final String node;
    private final MessageConsumer<Buffer> ear;
    private boolean ended;
    private Runnable closed = () -> {};

    /**
     * A carrier on the context of its listener.
     *
     * @param node where it hears
     * @param here where this side hears
     */
    FeedCarrier(Context context, String node, String here) {
        this.context = context;
        this.bus = context.owner().eventBus();
        this.node = node;
        this.ear = bus.localConsumer(here);
    }

    /** Hands what the node says to its link. */
    void carry(NodeLink link) {
        ear.handler(message -> {
            if (message.body().length() == 0) {
                end();
            } else {
                link.frame(message.body());
            }
        });
    }

    private void end() {
        if (!ended) {
            ended = true;
            ear.unregister();
            context.runOnContext(later -> closed.run());
        }
    }

    @Override
    public boolean isClosed() {
        return ended;
    }

    /** What is under way lies in the same memory whether it has been taken or not. */
    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public Future<Void> write(Buffer frame) {
        if (ended) {
            return Future.failedFuture("the feed is closed");
        }
        bus.send(node, frame, HERE);
        return Future.succeededFuture();
    }

    @Override
    public void pause() {
        ear.pause();
    }

    @Override
    public void resume() {
        ear.resume();
    }

    /** A node in this process sees whether the gateway lives: it lives with it. */
    @Override
    public void assure() {}

    @Override
    public void onClose(Runnable handler) {
        closed = handler;
    }

    @Override
    public Future<Void> close(String reason) {
        if (!ended) {
            bus.send(node, END, HERE);
            end();
        }
        return Future.succeededFuture();
    }
}
