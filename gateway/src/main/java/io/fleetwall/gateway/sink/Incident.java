package io.fleetwall.gateway.sink;

/**
 * What an alert belongs to: everything one process of one job did to one destination within a time.
 *
 * @param id the same for all its alerts
 * @param total packets or questions so far
 * @param handle of the message that tells of it at the receiver, empty when there is none yet
 */
record Incident(String id, Act act, long total, String handle) {
    /** Whether an alert opens or goes on with an incident, or ends it. */
    enum Act {
        OPEN("open"),
        RESOLVE("resolve");

        private final String text;

        Act(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        static Act of(String text) {
            return text.equals(RESOLVE.text) ? RESOLVE : OPEN;
        }
    }
}
