package io.fleetwall.node.job;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.util.function.Function;

/**
 * One connection of a hook: lines in order, the next only after the answer to the one before.
 * Silence and long lines end it.
 */
final class HookConversation {
    /** Eight texts of 1,024 characters fit, with escapes. */
    private static final int MAX_LINE = 32 << 10;

    /** Longer than {@code job.timeout} can be waited for, silence on a connection cannot. */
    private static final int IDLE_SECONDS = 10;

    private final Vertx vertx;
    private final NetSocket socket;
    private final Function<String, Future<JsonObject>> listener;
    private Buffer pending = Buffer.buffer();
    private boolean answering;
    private boolean over;
    private long idle;

    /** Asks the listener for each line's answer. */
    HookConversation(Vertx vertx, NetSocket socket, Function<String, Future<JsonObject>> listener) {
        this.vertx = vertx;
        this.socket = socket;
        this.listener = listener;
        awaitLine();
    }

    private void awaitLine() {
        idle = vertx.setTimer(IDLE_SECONDS * 1000L, _ -> socket.close());
    }

    void received(Buffer bytes) {
        if (over) {
            return;
        }
        pending.appendBuffer(bytes);
        if (pending.length() > MAX_LINE) {
            over = true;
            pending = Buffer.buffer();
            answer(JobAnswer.failure("FW-J001", "line too long", "at most " + MAX_LINE + " bytes"))
                    .onComplete(_ -> socket.close());
            return;
        }
        next();
    }

    private void next() {
        int end = lineEnd();
        if (end < 0 || answering) {
            return;
        }
        answering = true;
        vertx.cancelTimer(idle);
        String line = pending.getString(0, end);
        pending = pending.getBuffer(end + 1, pending.length());
        listener.apply(line)
                .compose(this::answer)
                .onComplete(_ -> {
                    answering = false;
                    if (!over) {
                        awaitLine();
                        next();
                    }
                });
    }

    private int lineEnd() {
        for (int i = 0; i < pending.length(); i++) {
            if (pending.getByte(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private Future<Void> answer(JsonObject json) {
        return socket.write(json.encode() + "\n");
    }

    /** The connection is gone: nothing is awaited any more. */
    void closed() {
        over = true;
        vertx.cancelTimer(idle);
    }
}
