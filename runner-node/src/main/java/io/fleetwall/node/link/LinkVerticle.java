package io.fleetwall.node.link;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.bus.RunnersChanged;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.enforce.FleetKeys;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.GatewayMessage;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.KeysChanged;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to the gateway: enrols if need be, says hello with everything in force, and
 * then carries messages between the gateway and the event bus. When the connection breaks it comes
 * back by itself; enforcement never waits for it. Runs on a virtual thread: the identity is a file.
 */
public final class LinkVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(LinkVerticle.class);

    private final NodeConfig config;
    private final FleetKeys keys;
    private final Membership membership;
    private final Boot boot;
    private final Backoff backoff;
    private final Roads roads;
    private @Nullable Renewal renewal;
    private @Nullable Session session;

    /** A WebSocket that replaces a long poll once the gateway is heard over it. */
    private @Nullable Session next;

    private boolean stopped;
    private List<String> runners;
    private final Set<String> former = new HashSet<>();
    private int edition;

    /**
     * One run of the agent.
     *
     * @param id counts event sequences
     * @param agentVersion for people
     */
    public record Boot(UUID id, String agentVersion, InstantSource clock, RandomGenerator random) {}

    public LinkVerticle(NodeConfig config, FleetKeys keys, Boot boot) {
        this(config, keys, boot, Roads.Pace.USUAL);
    }

    LinkVerticle(NodeConfig config, FleetKeys keys, Boot boot, Roads.Pace pace) {
        this.roads = new Roads(pace);
        this.config = config;
        this.keys = keys;
        this.membership = new Membership(config.state(), keys);
        this.boot = boot;
        this.runners = config.runners().stream().map(NodeConfig.Runner::name).toList();
        this.backoff = new Backoff(boot.random());
    }

    @Override
    public Future<?> start() throws IOException {
        Renewal plan =
                new Renewal(
                        vertx,
                        new Renewal.Chance(boot.clock(), boot.random()),
                        known -> new Enrolment(vertx, config).renew(known),
                        this::renewed);
        renewal = plan;
        membership.load().ifPresent(plan::plan);
        vertx.eventBus().<NodeMessage>localConsumer(Addresses.LINK_SAY, m -> say(m.body()));
        vertx.eventBus().<RunnersChanged>localConsumer(Addresses.LINK_RUNNERS, this::changed);
        connect();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        return Future.join(open().map(Session::close).toList()).otherwiseEmpty();
    }

    /** The link, and what is to replace it. */
    private Stream<Session> open() {
        return Stream.concat(Stream.ofNullable(session), Stream.ofNullable(next));
    }

    /** Events go one way only, whose answers come that way. */
    private void say(NodeMessage message) {
        open().limit(message instanceof EventBatch ? 1 : 2).forEach(one -> one.say(message));
    }

    private void connect() {
        Future<Session> opening =
                config.gateway().isInProcess()
                        ? roads.openFeed(vertx, config.name(), keys)
                        : identified().compose(known -> roads.open(vertx, Place.of(config, known)));
        opening.onSuccess(this::opened).onFailure(e -> down(e.toString(), backoff.next()));
    }

    /** The poll stays until the gateway is heard over something better. */
    private void trySocket(Session poll) {
        Optional<Identity> known = membership.identity();
        if (stopped || session != poll || known.isEmpty()) {
            return;
        }
        roads.openSocket(vertx, Place.of(config, known.get()))
                .onSuccess(fresh -> {
                    if (stopped || session != poll) {
                        fresh.close();
                    } else {
                        next = fresh;
                        begin(fresh);
                    }
                })
                .onFailure(_ -> roads.later(vertx, () -> trySocket(poll)));
    }

    private Future<Identity> identified() {
        return membership
                .valid(boot.clock().instant())
                .map(Future::succeededFuture)
                .orElseGet(() ->
                        new Enrolment(vertx, config)
                                .enrol()
                                .map(fresh -> certified(membership.enrolled(fresh))));
    }

    private Identity certified(Identity fresh) {
        LOG.atInfo().addKeyValue("node", config.name()).log("enrolled");
        Optional.ofNullable(renewal).ifPresent(plan -> plan.plan(fresh));
        return fresh;
    }

    /** The link goes over to the new certificate; what is in force does not notice. */
    private void renewed(Identity fresh) {
        certified(membership.renewed(fresh));
        open().toList().forEach(one -> one.leave("certificate renewed", backoff.next()));
    }

    private void opened(Session fresh) {
        if (stopped) {
            fresh.close();
            return;
        }
        session = fresh;
        begin(fresh);
        if (fresh.road() == Road.LONG_POLL) {
            roads.later(vertx, () -> trySocket(fresh));
        }
    }

    private void begin(Session fresh) {
        fresh.listen(message -> received(fresh, message), reason -> closed(fresh, reason));
        greet(fresh);
    }

    /** A gateway takes a second hello for the first: it says everything anew. */
    private void changed(Message<RunnersChanged> message) {
        former.addAll(runners);
        runners = message.body().runners();
        edition++;
        List<Session> all = open().toList();
        all.forEach(Session::hold);
        Future.join(all.stream().map(this::greet).toList())
                .onComplete(_ -> message.reply(message.body()));
    }

    private Future<?> greet(Session open) {
        int now = edition;
        return new Introduction(vertx, config.name(), boot)
                .of(runners)
                .onSuccess(hello -> {
                    if (now == edition) {
                        open.greet(hello);
                    }
                })
                .onFailure(e -> {
                    if (now == edition) {
                        open.abandon("runners did not report: " + e.getMessage());
                    }
                });
    }

    private void received(Session from, GatewayMessage message) {
        switch (message) {
            case Welcome(int version, String gateway, Duration heartbeat) -> {
                welcomed(from);
                from.keepAlive(heartbeat, boot.clock());
                LOG.atInfo().addKeyValue("gateway", gateway).log("linked");
                vertx.eventBus().publish(Addresses.LINK_STATE, new LinkState.Up(gateway, version));
            }
            case Desired desired -> desired(from, desired);
            case EventAck ack -> vertx.eventBus().send(Addresses.EVENT_ACK, ack);
            case Goodbye(String reason, Duration after) -> from.leave(reason, after);
            case KeysChanged(var statements) -> keysChanged(from, statements);
        }
    }

    /** A gateway in this very process is believed whatever it says, as when the feed began. */
    private void keysChanged(Session from, List<KeyStatement> statements) {
        if (from.road() == Road.CLUSTER && !statements.isEmpty()) {
            FeedCarrier.trust(keys, statements.getLast().keys());
        } else {
            membership.follow(statements).ifPresent(this::forged);
        }
    }

    /** What was believed before still is, and what is in force too. */
    private void forged(String problem) {
        LOG.atError().addKeyValue("problem", problem).log("not the fleet's word on its keys");
        vertx.eventBus()
                .send(
                        Addresses.EVENT,
                        Happening.of(
                                "", EventKind.POLICY_REFUSED, boot.clock().instant(), problem));
    }

    private void welcomed(Session from) {
        backoff.reset();
        roads.welcomed(from);
        Session old = session;
        if (from == next && old != null) {
            session = from;
            next = null;
            old.close();
        }
    }

    private void desired(Session from, Desired desired) {
        if (runners.contains(desired.runner())) {
            vertx.eventBus()
                    .send(
                            Addresses.runner(desired.runner()),
                            new RunnerCommand.Apply(desired.policy()));
            return;
        }
        if (former.contains(desired.runner())) {
            // It crossed our word that the runner is gone, and the gateway has heard that by now.
            LOG.atInfo()
                    .addKeyValue("runner", desired.runner())
                    .log("policy of a removed runner ignored");
            return;
        }
        from.say(
                new Refused(
                        desired.runner(),
                        desired.policy().revision(),
                        desired.policy().policy(),
                        "FW-N001",
                        "no runner is named '" + desired.runner() + "'",
                        "the node's configuration names its runners"));
    }

    private void closed(Session was, String reason) {
        Session better = next;
        if (was == better) {
            next = null;
            Optional.ofNullable(session)
                    .ifPresent(poll -> roads.later(vertx, () -> trySocket(poll)));
        } else if (was == session && better != null) {
            // The gateway, which has a node once, has heard the other's hello.
            session = better;
            next = null;
        } else if (was == session) {
            session = null;
            roads.ended(was);
            down(reason, was.reconnectAfter().orElseGet(backoff::next));
        }
    }

    private void down(String reason, Duration wait) {
        if (stopped) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("reason", reason)
                .addKeyValue("retryMillis", wait.toMillis())
                .log("not linked");
        vertx.eventBus().publish(Addresses.LINK_STATE, new LinkState.Down(reason));
        vertx.setTimer(Math.max(1, wait.toMillis()), _ -> connect());
    }
}
