package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.wire.FrameList;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames as answers to requests that wait for them. A node has at most one such request waiting;
 * what is written while it has none goes out with the next.
 */
final class PollCarrier implements Carrier {
    /** Proxies end what is idle for 30 s or more. */
    private static final long LONGEST_WAIT_MILLIS = Duration.ofSeconds(20).toMillis();

    /** A node that does not ask in this time does not get to know why it was cut off. */
    private static final long LAST_WORD_MILLIS = Duration.ofSeconds(1).toMillis();

    /** Some policies of the usual 20 KB; the rest waits for the node's next request. */
    private static final long FULL = 256 << 10;

    private final Vertx vertx;
    private final HttpConnection connection;
    private final List<byte[]> frames = new ArrayList<>();
    private long bytes;
    private @Nullable HttpServerResponse waiting;
    private Future<Void> last = Future.succeededFuture();
    private long timer = -1;
    private boolean ended;
    private boolean paused;
    private @Nullable Runnable held;
    private Runnable closed = () -> {};

    PollCarrier(Vertx vertx, HttpConnection connection) {
        this.vertx = vertx;
        this.connection = connection;
    }

    /** Answers what the node said: at once, or when it is to go on. */
    void heard(Runnable answer) {
        if (paused) {
            held = answer;
        } else {
            answer.run();
        }
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        Runnable answer = held;
        held = null;
        if (answer != null && !ended) {
            answer.run();
        }
    }

    /** Its request that waits for what the gateway says is answered in time anyhow. */
    @Override
    public void assure() {}

    /** Answers with what there is, or once there is something; false when one waits already. */
    boolean hear(HttpServerResponse response) {
        if (waiting != null) {
            return false;
        }
        waiting = response;
        timer = vertx.setTimer(LONGEST_WAIT_MILLIS, late -> answer());
        if (!frames.isEmpty()) {
            answer();
        }
        return true;
    }

    private void answer() {
        HttpServerResponse response = waiting;
        if (response == null) {
            return;
        }
        waiting = null;
        vertx.cancelTimer(timer);
        if (frames.isEmpty()) {
            last = response.setStatusCode(204).end();
            return;
        }
        Buffer body = Buffer.buffer(FrameList.join(frames));
        frames.clear();
        bytes = 0;
        last = response.end(body);
        if (ended) {
            last.onComplete(said -> connection.close());
        }
    }

    /** The connection is gone. */
    void gone() {
        ended = true;
        waiting = null;
        frames.clear();
        vertx.cancelTimer(timer);
        closed.run();
    }

    @Override
    public boolean isClosed() {
        return ended;
    }

    @Override
    public boolean isFull() {
        return bytes >= FULL;
    }

    @Override
    public Future<Void> write(Buffer frame) {
        if (ended) {
            return Future.failedFuture("the connection is closed");
        }
        frames.add(frame.getBytes());
        bytes += frame.length();
        answer();
        return Future.succeededFuture();
    }

    @Override
    public void onClose(Runnable handler) {
        closed = handler;
    }

    @Override
    public Future<Void> close(String reason) {
        ended = true;
        if (frames.isEmpty()) {
            return last.transform(said -> connection.close());
        }
        vertx.setTimer(LAST_WORD_MILLIS, late -> connection.close());
        return Future.succeededFuture();
    }
}
