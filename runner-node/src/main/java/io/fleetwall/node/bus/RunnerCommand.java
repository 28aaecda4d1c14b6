package io.fleetwall.node.bus;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;

/** Everything a runner can be told. */
public sealed interface RunnerCommand {
    /** The gateway desires this policy. Answered on the link, by Applied or Refused. */
    record Apply(SignedPolicy policy) implements RunnerCommand {}

    /** A job is about to start. Answered by a {@link Transition} once its policy is in force. */
    record Start(Job job) implements RunnerCommand {}

    /** The job is over. Answered by a {@link Transition} once the idle policy is in force. */
    record Finish() implements RunnerCommand {}

    /** What is in force? Answered by a {@code RunnerReport}. */
    record Report() implements RunnerCommand {}

    /** Is the kernel still as it was left? Not answered; what is not is repaired and reported. */
    record Attest() implements RunnerCommand {}

    /** How was the kernel found? Answered by an {@code Attestation}. */
    record Attested() implements RunnerCommand {}

    /** It is a runner no more: nothing judges its packets when this is answered. */
    record Leave() implements RunnerCommand {}

    /** How a change of scope ended. */
    sealed interface Transition {
        /** The scope's policy is in force. */
        record InForce(long revision, Digest policy, long millis) implements Transition {}

        /**
         * It is not.
         *
         * @param code stable, {@code FW-J…}
         */
        record Failed(String code, String message, String hint) implements Transition {}
    }
}
