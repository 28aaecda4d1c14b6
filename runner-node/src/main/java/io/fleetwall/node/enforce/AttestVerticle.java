package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
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

    private final NodeConfig config;
    private final Enforcement node;
    private final DenialReporter denials;
    private final DnsRedirect redirect;
    private long beats;

    public AttestVerticle(
            NodeConfig config, Enforcement node, DenialReporter denials, DnsRedirect redirect) {
        this.config = config;
        this.node = node;
        this.denials = denials;
        this.redirect = redirect;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(BEAT_MILLIS, _ -> beat());
        return Future.succeededFuture();
    }

    private void beat() {
        beats++;
        for (NodeConfig.Runner runner : config.runners()) {
            vertx.eventBus().send(Addresses.runner(runner.name()), new RunnerCommand.Attest());
        }
        denials.drain();
        attestRedirect();
        if (beats % FORGET_EVERY == 0) {
            node.forgetExpired();
        }
    }

    private void attestRedirect() {
        try {
            for (String found : redirect.attest()) {
                LOG.atError().addKeyValue("found", found).log("tampering repaired");
                vertx.eventBus()
                        .send(
                                Addresses.EVENT,
                                Happening.of(
                                        "", EventKind.TAMPER_TABLE, node.clock().instant(), found));
            }
        } catch (IOException | BpfException e) {
            LOG.atError().setCause(e).log("the redirect of DNS cannot be checked");
        }
    }
}
