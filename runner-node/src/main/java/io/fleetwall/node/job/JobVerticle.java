package io.fleetwall.node.job;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.bus.RunnerCommand.Transition;
import io.fleetwall.node.bus.TopQuestion;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.Roster;
import io.fleetwall.node.dns.figure.TopNames;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.RunnerReport;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UNIX socket on which CI hooks announce jobs: one JSON object a line in, one out. An answer
 * with {@code ok} comes only once the job's policy is in force in the kernel.
 *
 * <p>The peer's user id (SO_PEERCRED) is checked besides the file's mode: a socket that was handed
 * into a container keeps its mode but not its owner. Nothing said here can widen a policy; it only
 * names the scope for which the gateway chooses one.
 */
public final class JobVerticle extends VerticleBase {
    /** Eight texts of 1,024 characters fit, with escapes. */
    private static final int MAX_LINE = 32 << 10;

    /** Hooks come one per runner; more connections at once are no hooks. */
    private static final int MAX_CONNECTIONS = 256;

    /** Longer than {@code job.timeout} can be waited for, silence on a connection cannot. */
    private static final int IDLE_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(JobVerticle.class);

    private final NodeConfig.JobSocket config;
    private final Roster roster;
    private int connections;

    /** Serves the runners of this roster. */
    public JobVerticle(NodeConfig config, Roster roster) {
        this.config = config.job();
        this.roster = roster;
    }

    @Override
    public Future<?> start() throws IOException {
        Path directory = config.path().toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Files.deleteIfExists(config.path());
        NetServer server = vertx.createNetServer(new NetServerOptions());
        return server.connectHandler(this::connected)
                .listen(SocketAddress.domainSocketAddress(config.path().toString()))
                .map(listening -> {
                    permit();
                    return listening;
                });
    }

    private void permit() {
        boolean rootOnly = config.owners().equals(Set.of(0L));
        try {
            Files.setPosixFilePermissions(
                    config.path(),
                    PosixFilePermissions.fromString(rootOnly ? "rw-------" : "rw-rw-rw-"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void connected(NetSocket socket) {
        if (!permitted(socket) || connections >= MAX_CONNECTIONS) {
            socket.close();
            return;
        }
        connections++;
        Conversation conversation = new Conversation(socket);
        socket.closeHandler(_ -> {
            connections--;
            vertx.cancelTimer(conversation.idle);
        });
        socket.exceptionHandler(e -> LOG.atDebug().setCause(e).log("a job connection broke"));
        socket.handler(conversation::received);
    }

    private boolean permitted(NetSocket socket) {
        Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        if (!(channel instanceof EpollDomainSocketChannel unix)) {
            LOG.atError()
                    .addKeyValue("channel", channel.getClass().getName())
                    .log("the peer of a job connection cannot be known: refused");
            return false;
        }
        try {
            long uid = Integer.toUnsignedLong(unix.peerCredentials().uid());
            if (!config.owners().contains(uid)) {
                LOG.atWarn().addKeyValue("uid", uid).log("job connection of another user refused");
                return false;
            }
            return true;
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the peer of a job connection is gone");
            return false;
        }
    }

    /** One connection: lines in order, the next only after the answer to the one before. */
    private final class Conversation {
        private final NetSocket socket;
        private Buffer pending = Buffer.buffer();
        private boolean answering;
        private boolean over;
        private long idle;

        Conversation(NetSocket socket) {
            this.socket = socket;
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
                answer(failure("FW-J001", "line too long", "at most " + MAX_LINE + " bytes"))
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
            handle(line)
                    .compose(this::answer)
                    .onComplete(_ -> {
                        answering = false;
                        awaitLine();
                        next();
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
    }

    private Set<String> runners() {
        return roster.now().stream()
                .map(NodeConfig.Runner::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Future<JsonObject> handle(String line) {
        try {
            JobRequest request = JobRequest.read(line);
            Set<String> runners = runners();
            if (!runners.contains(request.runner())) {
                unprotected(request);
                return Future.succeededFuture(
                        failure(
                                "FW-J002",
                                "no runner is named '" + request.runner() + "'",
                                "runners here: " + String.join(", ", runners)));
            }
            return switch (request) {
                case JobRequest.Start(String runner, Job job) ->
                        transition(runner, new RunnerCommand.Start(job));
                case JobRequest.Finish(String runner) ->
                        transition(runner, new RunnerCommand.Finish());
                case JobRequest.Status(String runner) -> status(runner);
                case JobRequest.DnsTop(String runner) -> top(runner);
            };
        } catch (JobRequest.Malformed e) {
            return Future.succeededFuture(
                    failure("FW-J001", String.valueOf(e.getMessage()), "one JSON object a line"));
        }
    }

    private Future<JsonObject> transition(String runner, RunnerCommand command) {
        return this.<Transition>ask(Addresses.runner(runner), command)
                .map(JobVerticle::json)
                .otherwise(e ->
                        failure(
                                "FW-J005",
                                "runner " + runner + " did not answer: " + e.getMessage(),
                                "see the node's log; the job must not start"));
    }

    private Future<JsonObject> status(String runner) {
        return this.<RunnerReport>ask(Addresses.runner(runner), new RunnerCommand.Report())
                .map(report ->
                        new JsonObject()
                                .put("ok", true)
                                .put("runner", report.runner())
                                .put("interface", report.interfaceName())
                                .put("revision", report.revision())
                                .put("digest", report.policy().toString())
                                .put("job", report.scope().job().map(Job::job).orElse("")))
                .otherwise(e -> failure("FW-J005", String.valueOf(e.getMessage()), "see the log"));
    }

    private Future<JsonObject> top(String runner) {
        return this.<TopNames>ask(Addresses.DNS_TOP, new TopQuestion(runner))
                .map(top ->
                        new JsonObject()
                                .put("ok", true)
                                .put("runner", runner)
                                .put("asked", names(top.asked()))
                                .put("denied", names(top.denied())))
                .otherwise(e -> failure("FW-J005", String.valueOf(e.getMessage()), "see the log"));
    }

    private static JsonArray names(List<TopNames.Name> names) {
        JsonArray array = new JsonArray();
        names.forEach(each ->
                array.add(new JsonObject().put("name", each.name()).put("count", each.count())));
        return array;
    }

    /** The hook refuses it, and nobody may heed the hook. */
    private void unprotected(JobRequest request) {
        if (request instanceof JobRequest.Start(String runner, Job job)) {
            vertx.eventBus()
                    .send(
                            Addresses.EVENT,
                            Happening.of(
                                            "",
                                            EventKind.JOB_UNPROTECTED,
                                            Instant.now(),
                                            "a job is to start on '"
                                                    + runner
                                                    + "', which this node does not protect")
                                    .during(Optional.of(job)));
        }
    }

    private <T> Future<T> ask(String address, Object question) {
        // The runner itself keeps job.timeout; this is for a runner that is dead.
        Duration patience = config.timeout().plusSeconds(5);
        return vertx.eventBus()
                .<T>request(
                        address,
                        question,
                        new DeliveryOptions().setSendTimeout(patience.toMillis()))
                .map(io.vertx.core.eventbus.Message::body);
    }

    private static JsonObject json(Transition transition) {
        return switch (transition) {
            case Transition.InForce(long revision, var digest, long millis) ->
                    new JsonObject()
                            .put("ok", true)
                            .put("revision", revision)
                            .put("digest", digest.toString())
                            .put("millis", millis);
            case Transition.Failed(String code, String message, String hint) ->
                    failure(code, message, hint);
        };
    }

    private static JsonObject failure(String code, String message, String hint) {
        return new JsonObject()
                .put("ok", false)
                .put("code", code)
                .put("message", message)
                .put("hint", hint);
    }
}
