package io.fleetwall.node.enforce;

import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.bus.RunnerCommand.Transition;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.message.Digest;
import io.vertx.core.eventbus.Message;
import java.util.Optional;

/**
 * A hook that waits until a runner's policy fits its job, and is answered once.
 *
 * @param before the job that ran when the hook came
 * @param starting false for the end of a job
 * @param since System.nanoTime
 */
record JobChange(Message<RunnerCommand> hook, Optional<Job> before, boolean starting, long since) {
    static JobChange now(Message<RunnerCommand> hook, Optional<Job> before, Optional<Job> next) {
        return new JobChange(hook, before, next.isPresent(), System.nanoTime());
    }

    void inForce(Standing standing) {
        answer(standing.revision(), standing.digest());
    }

    /** Nothing is open for a job that is over. */
    void denyAll() {
        answer(0, Digest.NONE);
    }

    private void answer(long revision, Digest digest) {
        hook.reply(
                new Transition.InForce(revision, digest, (System.nanoTime() - since) / 1_000_000));
    }

    /**
     * @param code stable, see docs/operations.md
     */
    void failed(String code, String problem, String hint) {
        hook.reply(new Transition.Failed(code, problem, hint));
    }
}
