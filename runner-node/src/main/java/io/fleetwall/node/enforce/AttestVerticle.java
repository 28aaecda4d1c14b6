package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares, each second, what is in the kernel with what the agent put there, and repairs what is
 * not (threat model A2, P9). Each runner looks after its own slot; this keeps the beat and looks
 * after what they share. Runs on a virtual thread: {@code nft} is waited for.
 */
public final class AttestVerticle extends VerticleBase {
    private static final long BEAT_MILLIS = 1000;

    private static final int FORGET_EVERY = 60;

    private static final Logger LOG = LoggerFactory.getLogger(AttestVerticle.class);

    private final Enforcement node;
    private final DenialReporter denials;
    private final DnsRedirect redirect;
    private final Optional<SocketWatch> sockets;
    private final InterfaceWatch interfaces;
    private long beats;

    public AttestVerticle(
            NodeConfig config, Enforcement node, DenialReporter denials, Watches watches) {
        this.node = node;
        this.denials = denials;
        this.redirect = watches.redirect();
        this.interfaces = watches.interfaces();
        boolean machine =
                config.runners().stream().anyMatch(r -> r.direction() == Direction.EGRESS);
        this.sockets =
                machine
                        ? Optional.of(new SocketWatch(config.socketHolders(), node.clock()))
                        : Optional.empty();
    }

    /** Who else looks at the node besides its runners. */
    public record Watches(DnsRedirect redirect, InterfaceWatch interfaces) {}

    @Override
    public Future<?> start() {
        vertx.setPeriodic(BEAT_MILLIS, _ -> beat());
        interfaces.follow(this::attest);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        sockets.ifPresent(SocketWatch::close);
        return Future.succeededFuture();
    }

    /** Something about these interfaces changed; to a machine, every interface matters. */
    private void attest(Set<String> names) {
        for (NodeConfig.Runner runner : node.roster().now()) {
            if (runner.direction() == Direction.EGRESS || names.contains(runner.interfaceName())) {
                attest(runner);
            }
        }
    }

    private void attest(NodeConfig.Runner runner) {
        vertx.eventBus().send(Addresses.runner(runner.name()), new RunnerCommand.Attest());
    }

    private void beat() {
        beats++;
        node.roster().now().forEach(this::attest);
        denials.drain();
        attestRedirect();
        attestPermissions();
        keepNames();
        sockets.ifPresent(this::tellSockets);
        if (beats % FORGET_EVERY == 0) {
            node.forgetExpired();
        }
    }

    private void keepNames() {
        try {
            node.keepNames();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("the book of names cannot be written");
        }
    }

    private void tellSockets(SocketWatch watch) {
        for (Happening found : watch.look()) {
            LOG.atError().addKeyValue("found", found.message()).log("a socket beside the filter");
            vertx.eventBus().send(Addresses.EVENT, found);
        }
    }

    private void attestPermissions() {
        for (String found : node.plane().permissions().restore()) {
            tell("entries changed by somebody else, now as they were: " + found);
        }
    }

    private void tell(String found) {
        LOG.atError().addKeyValue("found", found).log("tampering repaired");
        Happening happening =
                Happening.of("", EventKind.TAMPER_TABLE, node.clock().instant(), found);
        vertx.eventBus().send(Addresses.EVENT, happening);
    }

    private void attestRedirect() {
        try {
            redirect.attest().forEach(this::tell);
        } catch (IOException | BpfException e) {
            LOG.atError().setCause(e).log("the redirect of DNS cannot be checked");
        }
    }
}
