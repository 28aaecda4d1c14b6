package io.fleetwall.cli.doctor;

/**
 * One thing a machine has or lacks.
 *
 * @param area what needs it: {@code kernel}, {@code tools}, {@code gateway}, {@code node}
 * @param name the thing
 * @param state whether it is there
 * @param detail what it is for, or what follows from its absence
 * @param remedy how to get it, empty when it is there
 */
record Check(String area, String name, State state, String detail, String remedy) {
    /** How a check came out. */
    enum State {
        /** There. */
        FINE,
        /** Not there, and something works less well or not now. */
        WEAK,
        /** Not there, and a runner node cannot work. */
        MISSING
    }
}
