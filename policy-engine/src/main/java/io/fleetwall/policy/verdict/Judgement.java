package io.fleetwall.policy.verdict;

/**
 * A verdict.
 *
 * @param reason also in audit mode the true one
 * @param rule id of the rule that decided (index into the compiled rules plus one), or 0
 * @param action what happens to the frame
 * @param after the state the next frame meets
 */
public record Judgement(Reason reason, int rule, Action action, PlaneState after) {
    /** What happens to a frame. An answer may also be withheld by the rate limit. */
    public enum Action {
        PASS,
        /** Dropped in silence. */
        DROP,
        /** Dropped; the sender gets a TCP reset. */
        RESET,
        /** Dropped; the sender gets ICMP 3/13 or ICMPv6 1/1, administratively prohibited. */
        PROHIBITED
    }
}
