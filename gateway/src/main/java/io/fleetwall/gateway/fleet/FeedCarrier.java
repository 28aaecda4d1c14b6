package io.fleetwall.gateway.fleet;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * Frames over the event bus to a node in this very process, or in a lite member of the cluster. An
 * empty one, which is no frame, is the end; one that wants an answer asks whether this side lives.
 */
final class FeedCarrier implements Carrier {
    private static final Buffer END = Buffer.buffer();

    /** Whether this side lives. */
    static final Buffer QUESTION = Buffer.buffer("?");

    private final EventBus bus;
    private final Context context;
    private final String node;
    private final DeliveryOptions reach;
    private final MessageConsumer<Buffer> ear;
    private boolean ended;
    private Runnable closed = () -> {};

    private FeedCarrier(Context context, String node, MessageConsumer<Buffer> ear) {
        this.context = context;
        this.bus = context.owner().eventBus();
        this.node = node;
        this.reach = new DeliveryOptions();
        this.ear = ear;
    }

    /**
     * A carrier within this process, on the context of its listener.
     *
     * @param node where it hears
     * @param here where this side hears
     */
    static FeedCarrier within(Context context, String node, String here) {
        FeedCarrier carrier =
                new FeedCarrier(context, node, context.owner().eventBus().localConsumer(here));
        carrier.reach.setLocalOnly(true);
        return carrier;
    }

    /** The same to another member of the cluster. */
    static FeedCarrier across(Context context, String node, String here) {
        return new FeedCarrier(context, node, context.owner().eventBus().consumer(here));
    }

    /** Hands what the node says to its link. */
    void carry(NodeLink link) {
        ear.handler(message -> {
            if (message.replyAddress() != null) {
                message.reply(END);
            } else if (message.body().length() == 0) {
                end();
            } else {
                link.frame(message.body());
            }
        });
    }

    /** Done once the other side is heard wherever it is. */
    Future<Void> ready() {
        return ear.completion();
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
        bus.send(node, frame, reach);
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
            bus.send(node, END, reach);
            end();
        }
        return Future.succeededFuture();
    }
}
