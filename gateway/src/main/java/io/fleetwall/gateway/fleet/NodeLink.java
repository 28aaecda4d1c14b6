package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.metric.Refusal;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.KeysChanged;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.ScopeChanged;
import io.fleetwall.protocol.message.Welcome;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's frames: decoded, checked against the node's identity, handed on. Whatever does not fit
 * closes the connection with a reason; the node comes back with its full state.
 */
final class NodeLink {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLink.class);

    /** A node that was cut off for a mistake waits this long, so that a broken one is no load. */
    private static final Duration PENALTY = Duration.ofSeconds(5);

    private static final Duration SOON = Duration.ofSeconds(1);

    /** With beats of 2 s half a minute: a policy of a megabyte needs as long at 300 kbit/s. */
    private static final int SLOW_BEATS = 15;

    /** With beats of 2 s each is given 10 s. */
    private static final int MOST_UNANSWERED = 4;

    private final String node;
    private final X509Certificate certificate;

    /** When the certificate ends; to ask it each time costs more than all else of a tick. */
    private final long lastMillis;

    private final Carrier carrier;
    private final LinkVerticle.Desk desk;
    private final Terms terms;
    private final NodeSession session;
    private Optional<Hello> greeted = Optional.empty();
    private boolean paused;
    private boolean ending;

    /** Batches of this node at the intake. */
    private int underWay;

    /** What holds for every connection of a listener. */
    record Terms(
            GatewayConfig.Link config,
            ScopeCompiler compiler,
            PolicyFrames frames,
            Context context) {}

    /** Who is at the other end, as TLS has found. */
    record Peer(String node, X509Certificate certificate) {}

    NodeLink(Peer peer, Carrier carrier, LinkVerticle.Desk desk, Terms terms) {
        this.node = peer.node();
        this.certificate = peer.certificate();
        this.lastMillis = certificate.getNotAfter().toInstant().toEpochMilli();
        this.carrier = carrier;
        this.desk = desk;
        this.terms = terms;
        this.session =
                new NodeSession(
                        node,
                        carrier,
                        desk.fleet(),
                        new NodeSession.Manner(terms.config(), terms.frames()));
    }

    /** What was under way has been taken: a sign of life, and there is room for more. */
    void drained() {
        if (!paused) {
            carrier.resume();
        }
        if (greeted.isPresent()) {
            session.heard();
            pump();
        }
    }

    /** A ping is as good as a heartbeat. */
    void pinged() {
        if (greeted.isPresent()) {
            session.heard();
        }
    }

    void text() {
        refuse(Refusal.MALFORMED, "text frames are not spoken here");
    }

    void oversized() {
        desk.door().metrics().count(Refusal.OVERSIZED);
    }

    void broke(Throwable failed) {
        if (failed instanceof DecoderException
                || failed instanceof CorruptedWebSocketFrameException) {
            oversized();
        }
        LOG.atInfo()
                .addKeyValue("node", node)
                .addKeyValue("problem", failed.getMessage())
                .log("link broke");
    }

    void pump() {
        if (greeted.isPresent()) {
            session.pump(desk.policies().current(), terms.compiler());
        }
    }

    /** Closes a node that fell silent; sends again what has not been answered for long. */
    void tick(Duration silence) {
        if (ending) {
            return;
        }
        if (desk.door().revocations().revoked(certificate)) {
            refuse(Refusal.REVOKED, "the node's certificate is revoked");
        } else if (System.currentTimeMillis() > lastMillis) {
            refuse(Refusal.EXPIRED, "the node's certificate has expired");
        } else if (paused) {
            // Who is not read cannot be silent, and must not think that the gateway is.
            session.heard();
            carrier.assure();
        } else if (session.congestedFor(SLOW_BEATS * terms.config().heartbeat().toNanos())) {
            refuse(Refusal.SLOW, "the node does not read what it is sent");
        } else if (session.unanswered() >= MOST_UNANSWERED) {
            refuse(
                    Refusal.SLOW,
                    "the node has not answered " + MOST_UNANSWERED + " policies in a row");
        } else if (session.silentFor(silence)) {
            desk.door().metrics().count(Refusal.SILENT);
            LOG.atWarn().addKeyValue("node", node).log("node silent, link closed");
            close("no heartbeat for " + silence.toMillis() + " ms", SOON);
        } else if (session.behind(desk.policies().current().revision().number())) {
            pump();
        }
    }

    void close(String reason, Duration reconnectAfter) {
        ending = true;
        session.close(reason, reconnectAfter);
    }

    void closed() {
        if (greeted.isPresent()) {
            desk.presence().disconnected(session);
        }
    }

    void frame(Buffer frame) {
        if (ending) {
            return;
        }
        try {
            switch (MessageCodec.decode(frame.getBytes())) {
                case GatewayMessage mine ->
                        refuse(Refusal.IDENTITY, "a node does not send " + name(mine));
                case NodeMessage message -> receive(message);
            }
        } catch (MalformedMessageException malformed) {
            malformed(malformed);
        }
    }

    void malformed(MalformedMessageException malformed) {
        refuse(
                Refusal.MALFORMED,
                "malformed message (" + malformed.code() + "): " + malformed.getMessage());
    }

    private void receive(NodeMessage message) {
        if (greeted.isEmpty() && !(message instanceof Hello)) {
            refuse(Refusal.MALFORMED, "the first message must be Hello, not " + name(message));
            return;
        }
        session.heard();
        switch (message) {
            case Hello hello -> hello(hello);
            case Heartbeat beat -> {}
            case ScopeChanged changed -> of(changed.runner(), () -> session.scopeChanged(changed));
            case Applied applied -> of(applied.runner(), () -> session.applied(applied));
            case Refused refused -> refused(refused);
            case EventBatch batch -> events(batch);
            case NodeState state -> session.state(state);
        }
    }

    private void hello(Hello hello) {
        if (!hello.node().equals(node)) {
            refuse(
                    Refusal.IDENTITY,
                    "the certificate is for " + node + ", not for " + hello.node());
            return;
        }
        OptionalInt version = MessageCodec.agreed(hello.version());
        if (version.isEmpty()) {
            refuse(
                    Refusal.VERSION,
                    "protocol version "
                            + hello.version()
                            + " is not spoken here any more: update the agent");
            return;
        }
        boolean first = greeted.isEmpty();
        greeted = Optional.of(hello);
        session.hello(hello);
        if (first) {
            desk.presence()
                    .connected(session)
                    .ifPresent(old -> old.close("the node connected again", SOON));
        }
        LOG.atInfo()
                .addKeyValue("node", node)
                .addKeyValue("runners", hello.runners().size())
                .addKeyValue("agent", hello.agentVersion())
                .addKeyValue("kernel", hello.kernel())
                .log("node connected");
        session.send(new Welcome(version.getAsInt(), desk.gateway(), terms.config().heartbeat()));
        keys();
        pump();
    }

    /** Before any policy that a new key has signed. Agents of before do not know of it. */
    void keys() {
        var statements = desk.signing().statements();
        boolean understood =
                greeted.filter(hello -> hello.version() >= KeysChanged.SINCE).isPresent();
        if (understood && !statements.isEmpty()) {
            session.send(new KeysChanged(statements));
        }
    }

    private void refused(Refused refused) {
        LOG.atWarn()
                .addKeyValue("node", node)
                .addKeyValue("runner", refused.runner())
                .addKeyValue("revision", refused.revision())
                .addKeyValue("code", refused.code())
                .addKeyValue("problem", refused.problem())
                .log("policy refused by its node");
        of(refused.runner(), () -> session.refused(refused));
    }

    private void of(String runner, Runnable change) {
        if (session.has(runner)) {
            change.run();
            pump();
        } else {
            refuse(Refusal.IDENTITY, "runner " + runner + " was not in Hello");
        }
    }

    private void events(EventBatch batch) {
        for (Event event : batch.events()) {
            if (!event.node().equals(node)) {
                refuse(
                        Refusal.IDENTITY,
                        "an event of node " + event.node() + " comes from " + node);
                return;
            }
        }
        CompletionStage<Long> taken = desk.intake().take(node, batch);
        underWay++;
        if (desk.intake().isCrowded()) {
            paused = true;
            carrier.pause();
        }
        taken.whenComplete(
                (sequence, full) -> terms.context().runOnContext(done -> taken(batch, full)));
    }

    /**
     * What found no room is not acknowledged: the node keeps it, and sends it again after half a
     * minute.
     */
    private void taken(EventBatch batch, @Nullable Throwable full) {
        underWay--;
        if (full == null || underWay == 0) {
            goOn();
        }
        if (full == null) {
            stored(batch);
        }
    }

    /** Reads again once something of this node is stored; what comes then may pause it again. */
    private void goOn() {
        if (paused) {
            paused = false;
            carrier.resume();
        }
    }

    private void stored(EventBatch batch) {
        if (!carrier.isClosed()) {
            session.send(new EventAck(batch.boot(), batch.lastSequence()));
        }
    }

    private void refuse(Refusal refusal, String reason) {
        desk.door().metrics().count(refusal);
        LOG.atWarn().addKeyValue("node", node).addKeyValue("reason", reason).log("link refused");
        close(reason, PENALTY);
    }

    private static String name(Object message) {
        return message.getClass().getSimpleName();
    }
}
