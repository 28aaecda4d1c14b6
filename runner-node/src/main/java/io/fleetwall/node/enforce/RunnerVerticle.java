package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.InterfaceState;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.Lockdown;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.bus.RunnerCommand.Transition;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.dns.AnswerGate;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.ScopeChanged;
import io.fleetwall.protocol.message.SignedPolicy;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One runner: its interface, its policy, its job. Deployed on a virtual thread, because building
 * tables waits for the kernel; its context runs one command after the other.
 *
 * <p>When it has started, packets of its interface are judged: by the last good policy of what the
 * runner was when the agent last ran, else by deny-all. No gateway is needed for that.
 */
public final class RunnerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerVerticle.class);

    private final NodeConfig.Runner config;
    private final Enforcement node;
    private final Duration jobTimeout;
    private final RunnerView view;
    private final RunnerSlots slot;
    private final RunnerGate gate;
    private final RunnerPolicy policy;
    private final RunnerVoice voice;
    private final Attested attested;
    private boolean linked;
    private boolean shut;
    private boolean left;
    private Digest former = Digest.NONE;
    private @Nullable JobChange pending;

    public RunnerVerticle(NodeConfig.Runner config, Enforcement node, Settings settings)
            throws IOException {
        this.config = config;
        this.node = node;
        this.jobTimeout = settings.jobTimeout();
        this.view = new RunnerView(config);
        this.slot = new RunnerSlots(config, node, view);
        this.gate =
                new RunnerGate(
                        Standing.denyAll(node.sets()),
                        node.boottime(),
                        node.aliases(),
                        denial -> settings.denials().denied(view, denial));
        this.policy = new RunnerPolicy(view, slot, gate, node);
        this.voice =
                new RunnerVoice(
                        view, node.clock(), () -> vertx.eventBus(), () -> policy.scope().job());
        this.attested = new Attested(config.name(), node.clock().instant());
    }

    /**
     * What runners of a node have in common besides the kernel.
     *
     * @param jobTimeout after which a job without its policy is refused
     */
    public record Settings(Duration jobTimeout, DenialReporter denials) {}

    /** What the DNS proxy asks and teaches. */
    public AnswerGate gate() {
        return gate;
    }

    /** Whether packets of the interface are judged. */
    public boolean attached() {
        return slot.attached();
    }

    /**
     * What is in force for what the runner is. A policy that was chosen for what it was before is
     * none: the gateway must send one, even if its content is the same.
     */
    public RunnerReport report() {
        Standing standing = policy.standing();
        boolean settled = policy.settled();
        return new RunnerReport(
                config.name(),
                config.interfaceName(),
                policy.scope(),
                settled ? standing.revision() : 0,
                settled ? standing.digest() : Digest.NONE);
    }

    @Override
    public Future<?> start() {
        var bus = vertx.eventBus();
        bus.<Lockdown>localConsumer(Addresses.LOCKDOWN, m -> lockdown(m.body()));
        if (node.lockedDown()) {
            shut("when the agent started, no gateway had been heard for too long");
        } else {
            policy.restore().ifPresent(voice::restored);
        }
        slot.attach(policy.standing());
        policy.tidy();
        bus.<RunnerCommand>localConsumer(Addresses.runner(config.name()), this::told);
        bus.<LinkState>localConsumer(
                Addresses.LINK_STATE, m -> linked = m.body() instanceof LinkState.Up);
        return Future.succeededFuture();
    }

    private void lockdown(Lockdown change) {
        switch (change) {
            case Lockdown.Begun(Duration silence) when !left -> shut("no gateway for " + silence);
            case Lockdown.Over(String gateway) when shut && !left -> {
                shut = false;
                if (!policy.settled()) {
                    policy.restore().ifPresent(voice::restored);
                    settle();
                }
                voice.happened(
                        EventKind.POLICY_APPLIED, "lockdown is over: " + gateway + " is heard");
            }
            case Lockdown.Begun _, Lockdown.Over _ -> {}
        }
        policy.tidy();
    }

    private void shut(String why) {
        if (!shut) {
            shut = true;
            voice.locked(why);
        }
        try {
            policy.lock();
        } catch (BpfException e) {
            LOG.atError()
                    .addKeyValue("runner", config.name())
                    .setCause(e)
                    .log("runner not locked down yet, which is tried each second");
        }
    }

    private void told(Message<RunnerCommand> message) {
        obey(message);
        policy.tidy();
    }

    private void obey(Message<RunnerCommand> message) {
        if (left) {
            message.fail(0, "runner " + config.name() + " was removed");
            return;
        }
        switch (message.body()) {
            case RunnerCommand.Apply(SignedPolicy signed) -> apply(signed);
            case RunnerCommand.Start(Job job) -> change(message, Optional.of(job));
            case RunnerCommand.Finish() -> change(message, Optional.empty());
            case RunnerCommand.Report() -> message.reply(report());
            case RunnerCommand.Attest() -> attest();
            case RunnerCommand.Attested() -> message.reply(attested.now());
            case RunnerCommand.Leave() -> leave(message);
        }
    }

    private void apply(SignedPolicy signed) {
        if (signed.scope().equals(former) && !former.equals(policy.scopeDigest())) {
            // It crossed our change of scope on its way; the gateway's answer to that follows.
            return;
        }
        long received = System.nanoTime();
        switch (policy.apply(signed)) {
            case RunnerPolicy.Result.InForce(Standing standing) -> {
                voice.applied(standing, (System.nanoTime() - received) / 1000);
                settle();
            }
            case RunnerPolicy.Result.Refused(var why) -> voice.refused(signed, why);
        }
    }

    private void change(Message<RunnerCommand> hook, Optional<Job> job) {
        if (pending != null) {
            hook.reply(
                    new Transition.Failed(
                            "FW-J003",
                            "another job change of runner " + config.name() + " is under way",
                            "one hook at a time; try again"));
            return;
        }
        JobChange waiting = JobChange.now(hook, policy.scope().job(), job);
        pending = waiting;
        former = policy.scopeDigest();
        policy.become(job);
        voice.say(new ScopeChanged(config.name(), policy.scope()));
        if (!policy.settled() && !linked && !shut) {
            policy.restore();
        }
        settle();
        if (waiting.equals(pending)) {
            await(waiting);
        }
    }

    private void await(JobChange waiting) {
        if (!waiting.starting() && !linked) {
            policy.lock();
            settleLocked(waiting);
            return;
        }
        vertx.setTimer(
                jobTimeout.toMillis(),
                _ -> {
                    if (waiting.equals(pending)) {
                        expire(waiting);
                        policy.tidy();
                    }
                });
    }

    /** Answers the hook, if what it waits for is in force. */
    private void settle() {
        JobChange waiting = pending;
        if (waiting == null || !policy.settled()) {
            return;
        }
        pending = null;
        Standing standing = policy.standing();
        waiting.inForce(standing);
        report(waiting, "under policy " + standing.digest().brief());
    }

    private void settleLocked(JobChange waiting) {
        pending = null;
        waiting.denyAll();
        report(waiting, "under deny-all, until the gateway is heard");
    }

    private void report(JobChange waiting, String how) {
        if (waiting.starting()) {
            voice.happened(EventKind.JOB_STARTED, "job started " + how);
            if (!slot.attached()) {
                voice.happened(
                        EventKind.JOB_UNPROTECTED,
                        "the job's interface " + config.interfaceName() + " has no filter");
            }
        } else {
            voice.happened(
                    EventKind.JOB_FINISHED,
                    "job finished, the runner is idle " + how,
                    waiting.before());
        }
    }

    /** No policy in time: a job does not start, a finished one leaves nothing open. */
    private void expire(JobChange waiting) {
        if (!waiting.starting()) {
            policy.lock();
            settleLocked(waiting);
            return;
        }
        voice.happened(
                EventKind.POLICY_MISSING,
                "job refused: no policy within " + jobTimeout.toMillis() + " ms");
        pending = null;
        former = policy.scopeDigest();
        policy.become(Optional.empty());
        voice.say(new ScopeChanged(config.name(), policy.scope()));
        if (!policy.settled()) {
            policy.lock();
        }
        if (linked) {
            waiting.failed(
                    "FW-J004",
                    "the gateway sent no policy within " + jobTimeout.toMillis() + " ms",
                    "`fleetwall runners` shows whether it was refused; job.timeout");
        } else {
            waiting.failed(
                    "FW-J006",
                    shut
                            ? "locked down: no gateway was heard for too long"
                            : "the gateway is not reachable and no policy is kept for this job",
                    "see the node's log for the reason; the job must not start");
        }
    }

    /** Shut, and left so: only an uninstallation takes a filter away. */
    private void leave(Message<RunnerCommand> message) {
        try {
            policy.lock();
            slot.leave();
        } catch (BpfException e) {
            message.fail(0, String.valueOf(e.getMessage()));
            return;
        }
        left = true;
        JobChange waiting = pending;
        if (waiting != null) {
            pending = null;
            waiting.failed(
                    "FW-J007",
                    "runner " + config.name() + " was removed from the configuration",
                    "the job must not start");
        }
        String text =
                config.interfaceName()
                        + " is shut: runner "
                        + config.name()
                        + " was removed from the node's configuration";
        LOG.atWarn()
                .addKeyValue("runner", config.name())
                .addKeyValue("interface", config.interfaceName())
                .log("runner removed: its interface is shut");
        voice.happened(EventKind.POLICY_MISSING, text);
        policy.become(Optional.empty());
        message.reply(report());
    }

    private void attest() {
        int before = slot.ifindex();
        List<Tampering> found = new ArrayList<>(slot.attest(policy.standing()));
        policy.attest().ifPresent(found::add);
        if (slot.ifindex() != before) {
            vertx.eventBus()
                    .publish(
                            Addresses.INTERFACE,
                            new InterfaceState(config.name(), slot.attached()));
        }
        if (attested.again(node.clock().instant(), found)) {
            vertx.eventBus().publish(Addresses.ATTESTED, "");
        }
        found.forEach(voice::tampered);
    }
}
