package io.fleetwall.node.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Passes records over the event bus by reference. They are immutable, and the bus never leaves the
 * process: a payload that would have to be serialised is a mistake of ours.
 */
public final class LocalCodec implements MessageCodec<Object, Object> {
    private static final String NAME = "record";

    private LocalCodec() {}

    /** Makes {@code bus} carry records. */
    public static void register(EventBus bus) {
        bus.registerCodec(new LocalCodec());
        bus.codecSelector(body -> body instanceof Record ? NAME : null);
    }

    @Override
    public Object transform(Object value) {
        return value;
    }

    @Override
    public void encodeToWire(Buffer buffer, Object value) {
        throw new UnsupportedOperationException("the event bus of a node is local");
    }

    @Override
    public Object decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("the event bus of a node is local");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
