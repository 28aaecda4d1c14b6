package io.fleetwall.protocol.message;

import io.fleetwall.protocol.event.EventKind;
import java.time.Instant;
import java.util.Optional;

/**
 * How a runner's enforcement was found when the agent last compared the kernel with what it had
 * left there.
 *
 * @param at when that was, by the node's clock; millisecond precision on the wire
 * @param last what was found last, while this agent has run
 */
public record Attestation(String runner, Instant at, Optional<Finding> last) {
    /**
     * What somebody else had done.
     *
     * @param kind one of {@code tamper.*}
     * @param at equal to the attestation's when that is the one that found it
     * @param text what was found, what was done about it, what may have passed
     */
    public record Finding(EventKind kind, Instant at, String text) {}

    /** In one word. */
    public enum State {
        /** All was as the agent had left it, whenever it looked. */
        OK("ok"),
        /** So it was when it looked last, but not before. */
        REPAIRED("repaired"),
        /** It was not when it looked last. */
        TAMPERED("tampered");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** How it stands. */
    public State state() {
        if (last.isEmpty()) {
            return State.OK;
        }
        return last.get().at().isBefore(at) ? State.REPAIRED : State.TAMPERED;
    }
}
