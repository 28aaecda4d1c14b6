package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.wire.FrameList;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The link for nodes to which no WebSocket comes through: {@code POST /link/v1/say} carries what
 * the node says, {@code POST /link/v1/hear} waits for what the gateway says.
 *
 * <p>Both are streams of one HTTP/2 connection, and the session is that connection: it needs no
 * number that somebody could guess, no memory at other gateways, and it ends as a WebSocket does.
 * Whatever is lost with it, the node's next Hello brings in order.
 */
final class PollRoutes {
    private static final String SAY = "/link/v1/say";
    private static final String HEAR = "/link/v1/hear";

    /** As much as a WebSocket message may have. */
    private static final int MOST = 4 << 20;

    private final Vertx vertx;
    private final Entrance entrance;
    private final Map<HttpConnection, Poll> polls = new HashMap<>();

    /** Lets a node in, or has answered its request. */
    interface Entrance {
        Optional<NodeLink> enter(HttpServerRequest request, Carrier carrier);
    }

    private static final class Poll {
        private final NodeLink link;
        private final PollCarrier carrier;
        private boolean speaking;

        Poll(NodeLink link, PollCarrier carrier) {
            this.link = link;
            this.carrier = carrier;
        }
    }

    PollRoutes(Vertx vertx, Entrance entrance) {
        this.vertx = vertx;
        this.entrance = entrance;
    }

    /** Takes what is for the link; the rest is somebody else's. */
    boolean takes(HttpServerRequest request) {
        boolean say = SAY.equals(request.path());
        if (!say && !HEAR.equals(request.path())) {
            return false;
        }
        if (!HttpVersion.HTTP_2.equals(request.version())) {
            end(request, 505);
        } else if (!HttpMethod.POST.equals(request.method())) {
            end(request, 405);
        } else if (say) {
            Optional.ofNullable(polls.get(request.connection()))
                    .or(() -> opened(request))
                    .ifPresent(poll -> say(poll, request));
        } else {
            Optional.ofNullable(polls.get(request.connection()))
                    .ifPresentOrElse(poll -> hear(poll, request), () -> end(request, 409));
        }
        return true;
    }

    private Optional<Poll> opened(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        PollCarrier carrier = new PollCarrier(vertx, connection);
        Optional<Poll> opened =
                entrance.enter(request, carrier).map(link -> new Poll(link, carrier));
        opened.ifPresent(poll -> {
            polls.put(connection, poll);
            connection.closeHandler(gone -> {
                polls.remove(connection);
                carrier.gone();
            });
        });
        return opened;
    }

    /** One at a time, so that the order is the node's. */
    private static void say(Poll poll, HttpServerRequest request) {
        if (poll.speaking) {
            end(request, 409);
            request.connection().close();
            return;
        }
        poll.speaking = true;
        Buffer body = Buffer.buffer();
        request.exceptionHandler(poll.link::broke);
        request.handler(part -> {
            body.appendBuffer(part);
            if (body.length() > MOST) {
                poll.link.oversized();
                request.connection().close();
            }
        });
        request.endHandler(whole -> {
            said(poll, body);
            poll.carrier.heard(() -> {
                poll.speaking = false;
                end(request, 204);
            });
        });
    }

    private static void said(Poll poll, Buffer body) {
        try {
            for (byte[] frame : FrameList.split(body.getBytes())) {
                if (poll.carrier.isClosed()) {
                    return;
                }
                poll.link.frame(Buffer.buffer(frame));
            }
        } catch (MalformedMessageException malformed) {
            poll.link.malformed(malformed);
        }
    }

    private static void hear(Poll poll, HttpServerRequest request) {
        if (!poll.carrier.hear(request.response())) {
            end(request, 409);
            request.connection().close();
            return;
        }
        poll.link.pump();
    }

    private static void end(HttpServerRequest request, int status) {
        request.response().setStatusCode(status).end();
    }
}
