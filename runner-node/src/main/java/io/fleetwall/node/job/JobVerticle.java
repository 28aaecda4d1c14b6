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
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.net.NetSocketInternal;
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
    /** Hooks come one per runner; more connections at once are no hooks. */
    private static final int MAX_CONNECTIONS = 256;

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
        HookConversation conversation = new HookConversation(vertx, socket, this::handle);
        socket.closeHandler(_ -> {
            connections--;
            conversation.closed();
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
                        JobAnswer.failure(
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
                    JobAnswer.failure(
                            "FW-J001", String.valueOf(e.getMessage()), "one JSON object a line"));
        }
    }

    private Future<JsonObject> transition(String runner, RunnerCommand command) {
        return this.<Transition>ask(Addresses.runner(runner), command)
                .map(JobAnswer::of)
                .otherwise(e ->
                        JobAnswer.failure(
                                "FW-J005",
                                "runner " + runner + " did not answer: " + e.getMessage(),
                                "see the node's log; the job must not start"));
    }

    private Future<JsonObject> status(String runner) {
        return this.<RunnerReport>ask(Addresses.runner(runner), new RunnerCommand.Report())
                .map(JobAnswer::of)
                .otherwise(e ->
                        JobAnswer.failure(
                                "FW-J005", String.valueOf(e.getMessage()), "see the log"));
    }

    private Future<JsonObject> top(String runner) {
        return this.<TopNames>ask(Addresses.DNS_TOP, new TopQuestion(runner))
                .map(top -> JobAnswer.of(runner, top))
                .otherwise(e ->
                        JobAnswer.failure(
                                "FW-J005", String.valueOf(e.getMessage()), "see the log"));
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
}
