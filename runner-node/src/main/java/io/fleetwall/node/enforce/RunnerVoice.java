package io.fleetwall.node.enforce;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.enforce.PolicyCheck.Finding;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.NodeMessage;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.SignedPolicy;
import io.vertx.core.eventbus.EventBus;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a runner has to tell: the gateway over the link, responders as events, operators in the log.
 */
final class RunnerVoice {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerVoice.class);

    private final RunnerView view;
    private final InstantSource clock;
    private final Supplier<EventBus> bus;
    private final Supplier<Optional<Job>> job;

    /** The bus is asked for when something is told: a verticle has it once it is deployed. */
    RunnerVoice(
            RunnerView view,
            InstantSource clock,
            Supplier<EventBus> bus,
            Supplier<Optional<Job>> job) {
        this.view = view;
        this.clock = clock;
        this.bus = bus;
        this.job = job;
    }

    /** Over the link, if there is one. */
    void say(NodeMessage message) {
        bus.get().send(Addresses.LINK_SAY, message);
    }

    /** An event of the job that runs. */
    void happened(EventKind kind, String text) {
        happened(kind, text, job.get());
    }

    void happened(EventKind kind, String text, Optional<Job> during) {
        bus.get()
                .send(
                        Addresses.EVENT,
                        Happening.of(view.name(), kind, clock.instant(), text)
                                .during(during)
                                .of(view.labels()));
    }

    /** A policy from the gateway is in force. */
    void applied(Standing standing, long micros) {
        say(
                new Applied(
                        view.name(),
                        standing.revision(),
                        standing.scope(),
                        standing.digest(),
                        micros));
        LOG.atInfo()
                .addKeyValue("runner", view.name())
                .addKeyValue("revision", standing.revision())
                .addKeyValue("digest", standing.digest().brief())
                .addKeyValue("micros", micros)
                .log("policy in force");
    }

    /** A policy from the gateway is not put in force. */
    void refused(SignedPolicy signed, Finding.Bad why) {
        say(
                new Refused(
                        view.name(),
                        signed.revision(),
                        signed.policy(),
                        why.code(),
                        why.problem(),
                        why.hint()));
        LOG.atWarn()
                .addKeyValue("runner", view.name())
                .addKeyValue("code", why.code())
                .addKeyValue("problem", why.problem())
                .log("policy refused");
        happened(
                EventKind.POLICY_REFUSED,
                "revision " + signed.revision() + " refused: " + why.code() + " " + why.problem());
    }

    /** What became of the policy that was kept on disk. */
    void restored(RunnerPolicy.Result result) {
        if (result instanceof RunnerPolicy.Result.InForce(Standing standing)) {
            LOG.atInfo()
                    .addKeyValue("runner", view.name())
                    .addKeyValue("revision", standing.revision())
                    .addKeyValue("digest", standing.digest().brief())
                    .log("last good policy restored");
        } else if (result instanceof RunnerPolicy.Result.Refused(var why)) {
            LOG.atWarn()
                    .addKeyValue("runner", view.name())
                    .addKeyValue("problem", why)
                    .log("the kept policy is not acceptable: deny-all");
        }
    }

    void locked(String why) {
        LOG.atWarn()
                .addKeyValue("runner", view.name())
                .addKeyValue("problem", why)
                .log("runner locked down");
        happened(EventKind.POLICY_MISSING, "locked down: " + why);
    }

    void tampered(Tampering found) {
        LOG.atError()
                .addKeyValue("runner", view.name())
                .addKeyValue("found", found.text())
                .log("tampering");
        happened(found.kind(), found.text());
    }
}
