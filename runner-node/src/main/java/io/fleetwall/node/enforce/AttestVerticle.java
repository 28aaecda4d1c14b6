package io.fleetwall.node.enforce;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.redirect.Nftables;
import io.fleetwall.protocol.event.EventKind;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares, each second, what is in the kernel with what the agent put there, and repairs what is
 * not (threat model A2, P9). Each runner looks after its own slot; this keeps the beat and looks
 * after what they share. Runs on a virtual thread: {@code nft} is waited for.
 */
public final class AttestVerticle extends VerticleBase {
    private static final long BEAT_MILLIS = 1000;

    /** A process each time: once in five seconds costs 0.1 % of a core. */
    private static final int REDIRECT_EVERY = 5;

    private static final int FORGET_EVERY = 60;

    private static final Logger LOG = LoggerFactory.getLogger(AttestVerticle.class);

    private final NodeConfig config;
    private final Enforcement node;
    private final DenialReporter denials;
    private final Optional<String> redirect;
    private long beats;

    /**
     * @param redirect the transaction that puts the redirect back in force; empty when there is
     *     none
     */
    public AttestVerticle(
            NodeConfig config,
            Enforcement node,
            DenialReporter denials,
            Optional<String> redirect) {
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
        if (beats % REDIRECT_EVERY == 0) {
            redirect.ifPresent(this::attestRedirect);
        }
        if (beats % FORGET_EVERY == 0) {
            node.forgetExpired();
        }
    }

    private void attestRedirect(String transaction) {
        try {
            if (Nftables.installed()) {
                return;
            }
            Nftables.apply(transaction);
            LOG.atError().log("the redirect of DNS was removed by somebody else; it is back");
            vertx.eventBus()
                    .send(
                            Addresses.EVENT,
                            Happening.of(
                                    "",
                                    EventKind.TAMPER_TABLE,
                                    node.clock().instant(),
                                    "the nftables rules of the node were removed; they are back"));
        } catch (IOException e) {
            LOG.atError().setCause(e).log("the redirect of DNS cannot be checked");
        }
    }
}
