package io.fleetwall.bpf;

import io.fleetwall.policy.verdict.Reason;

/**
 * What the program did with one frame that was given to it without a network.
 *
 * @param action what the program told the kernel
 * @param reason why
 * @param rule id of the deciding rule, 0 is none
 * @param frame as the program left it: the answer when {@code action} is REDIRECT
 * @param nanos mean duration of one run
 */
public record TestRun(Action action, Reason reason, int rule, byte[] frame, int nanos) {
    /** What a TCX program can tell the kernel here. */
    public enum Action {
        /** Go on: to the next program, or on the way. */
        PASS,
        DROP,
        /** The packet was made into its own answer and sent back. */
        REDIRECT;

        /** TCX_NEXT, TCX_DROP and TCX_REDIRECT of linux/bpf.h. */
        static Action of(int returned) {
            return switch (returned) {
                case -1 -> PASS;
                case 2 -> DROP;
                case 7 -> REDIRECT;
                default -> throw new IllegalStateException("program returned " + returned);
            };
        }
    }
}
