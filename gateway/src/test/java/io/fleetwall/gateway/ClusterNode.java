package io.fleetwall.gateway;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A node that goes to another gateway whenever its own is gone, reports events until they are
 * acknowledged, and checks every promise a gateway makes. Lives on one event loop.
 */
final class ClusterNode {
    private static final Scope SCOPE = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
    private static final long RETRY_MILLIS = 200;
    private static final long EVENTS_MILLIS = 300;
    private final InstantSource clock;
    private final UuidV7 ids;
    private final UUID boot = UUID.randomUUID();
    private final String name;
    private final FaultLedger ledger;
    private final Vertx vertx;
    private final WebSocketClient client;
    private final PolicyVerifier verifier;
    private Optional<WebSocket> link = Optional.empty();
    private Optional<EventBatch> pending = Optional.empty();
    private long nextSequence = 1;
    private int next;
    private volatile long revision;
    private volatile Digest policy = Digest.NONE;

    ClusterNode(
            Vertx vertx, TestNode.Credentials credentials, FaultLedger ledger, InstantSource clock)
            throws GeneralSecurityException {
        this.vertx = vertx;
        this.clock = clock;
        this.ids = new UuidV7(clock, new SecureRandom());
        this.name = credentials.node();
        this.ledger = ledger;
        this.next = firstGateway(name) - 1;
        this.verifier =
                PolicyVerifier.of(
                        credentials.answer().getJsonArray("signingKeys").stream()
                                .map(key -> Base64.getDecoder().decode(key.toString()))
                                .toList());
        this.client =
                vertx.createWebSocketClient(
                        TestNode.options(credentials.ca())
                                .setConnectTimeout(1_000)
                                .setKeyCertOptions(
                                        new PemKeyCertOptions()
                                                .addKeyValue(Buffer.buffer(credentials.key()))
                                                .addCertValue(
                                                        Buffer.buffer(credentials.certificate()))));
        Context mine = vertx.getOrCreateContext();
        mine.runOnContext(start -> {
            connect();
            vertx.setPeriodic(EVENTS_MILLIS, tick -> report());
        });
    }

    /** To which gateway a node of this name goes first. */
    static int firstGateway(String name) {
        return Math.floorMod(name.hashCode(), GatewayCluster.SIZE);
    }

    /** What it has in force. */
    long revision() {
        return revision;
    }

    private void connect() {
        next = (next + 1) % GatewayCluster.SIZE;
        client.connect(
                        new WebSocketConnectOptions()
                                .setHost(GatewayCluster.address(next))
                                .setPort(7443)
                                .setURI("/link/v1"))
                .onSuccess(this::greet)
                .onFailure(refused -> vertx.setTimer(RETRY_MILLIS, again -> connect()));
    }

    private void greet(WebSocket socket) {
        link = Optional.of(socket);
        socket.binaryMessageHandler(this::receive);
        socket.closeHandler(gone -> {
            link = Optional.empty();
            vertx.setTimer(RETRY_MILLIS, again -> connect());
        });
        RunnerReport runner = new RunnerReport("a", "veth-a", SCOPE, revision, policy);
        say(new Hello(1, name, boot, "test", "6.18", List.of(runner)));
        pending.ifPresent(this::say);
    }

    private void say(Message message) {
        link.ifPresent(socket ->
                socket.writeBinaryMessage(Buffer.buffer(MessageCodec.encode(message)))
                        .onFailure(failed -> socket.close()));
    }

    private void report() {
        say(new Heartbeat(clock.instant()));
        if (pending.isEmpty()) {
            List<Event> events = Stream.generate(this::event).limit(3).toList();
            EventBatch batch = new EventBatch(boot, nextSequence, events);
            nextSequence = batch.lastSequence() + 1;
            pending = Optional.of(batch);
            say(batch);
        }
    }

    private Event event() {
        return new Event(
                ids.next(),
                clock.instant(),
                name,
                "a",
                EventKind.LOSS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                "an event of a test");
    }

    private void receive(Buffer frame) {
        try {
            switch (MessageCodec.decode(frame.getBytes())) {
                case Desired desired -> apply(desired);
                case EventAck ack -> acknowledged(ack);
                default -> {}
            }
        } catch (MalformedMessageException malformed) {
            ledger.broken(name + " got " + malformed);
        }
    }

    private void apply(Desired desired) {
        SignedPolicy signed = desired.policy();
        boolean same = signed.policy().equals(policy);
        if (!verifier.accepts(signed)) {
            ledger.broken(name + " got a policy that nobody signed: " + signed);
        } else if (signed.revision() < revision || (signed.revision() == revision && !same)) {
            ledger.broken(name + " has " + revision + " and got " + signed);
        } else if (signed.body().isEmpty() && !same) {
            ledger.broken(name + " got no body for what it has not: " + signed);
        }
        ledger.received(signed.revision(), signed.policy());
        policy = signed.policy();
        revision = signed.revision();
        say(new Applied("a", signed.revision(), signed.scope(), signed.policy(), 100));
    }

    private void acknowledged(EventAck ack) {
        pending.filter(batch -> ack.boot().equals(boot) && ack.sequence() >= batch.lastSequence())
                .ifPresent(batch -> {
                    ledger.acknowledged(batch.events().stream().map(Event::id).toList());
                    pending = Optional.empty();
                });
    }
}
