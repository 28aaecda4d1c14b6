package io.fleetwall.load.rollout;

/** Says on standard error what goes on. */
public record Progress(long start) {
    public void say(String what) {
        System.err.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, what);
    }
}
