package io.fleetwall.node.fleet;

import io.fleetwall.protocol.wire.FrameList;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The gateway's side of a link by requests, for one node. */
final class TestPoll {
    private final Consumer<byte[]> ear;
    private final List<byte[]> unsaid = new ArrayList<>();
    private @Nullable HttpConnection connection;
    private @Nullable HttpServerResponse waiting;

    TestPoll(Consumer<byte[]> ear) {
        this.ear = ear;
    }

    synchronized boolean isOpen() {
        return connection != null;
    }

    boolean takes(HttpServerRequest request) {
        switch (String.valueOf(request.path())) {
            case "/link/v1/say" -> request.body().onSuccess(body -> said(request, body));
            case "/link/v1/hear" -> hear(request.response());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void said(HttpServerRequest request, Buffer body) {
        try {
            // Throws when the node shows no certificate.
            request.connection().peerCertificates();
            opened(request.connection());
            for (byte[] frame : FrameList.split(body.getBytes())) {
                ear.accept(frame);
            }
            request.response().setStatusCode(204).end();
        } catch (SSLPeerUnverifiedException | MalformedMessageException e) {
            request.response().setStatusCode(401).end(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void opened(HttpConnection one) {
        if (!one.equals(connection)) {
            connection = one;
            one.closeHandler(_ -> closed(one));
        }
    }

    private synchronized void closed(HttpConnection one) {
        if (one.equals(connection)) {
            connection = null;
            waiting = null;
            unsaid.clear();
        }
    }

    /** The node has come another way; what is left of this one is not spoken to. */
    synchronized void replaced() {
        connection = null;
        waiting = null;
        unsaid.clear();
    }

    private synchronized void hear(HttpServerResponse response) {
        waiting = response;
        answer();
    }

    synchronized void say(byte[] frame) {
        unsaid.add(frame);
        answer();
    }

    private void answer() {
        HttpServerResponse response = waiting;
        if (response != null && !unsaid.isEmpty()) {
            waiting = null;
            response.end(Buffer.buffer(FrameList.join(unsaid)));
            unsaid.clear();
        }
    }
}
