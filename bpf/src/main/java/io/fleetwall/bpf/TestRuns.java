package io.fleetwall.bpf;

/**
 * Runs of a data plane's own programs on frames that were given to them without a network, as if
 * they had come over an attached interface; events, counters and memories see them like any other.
 */
public final class TestRuns {
    private final DataPlane plane;

    TestRuns(DataPlane plane) {
        this.plane = plane;
    }

    /**
     * Runs the program on a frame.
     *
     * @param kind what the frame starts with; must be the interface's
     */
    public TestRun run(int ifindex, byte[] frame, LinkKind kind) {
        synchronized (plane) {
            if (plane.attachment(ifindex).link() != kind) {
                throw new IllegalArgumentException("interface " + ifindex + " is not " + kind);
            }
            return run(ifindex, frame, 1);
        }
    }

    /**
     * Runs the program so many times on one frame. What it says is of the last run, the duration is
     * the mean of all. A frame that the program changes is run on as it was changed.
     */
    public TestRun run(int ifindex, byte[] frame, int repeat) {
        synchronized (plane) {
            return TestRunner.run(plane.programs().judge().number(), ifindex, frame, repeat);
        }
    }

    /** Runs the companion of an uplink on a frame as if it had come in there. */
    void inbound(int ifindex, byte[] frame) {
        synchronized (plane) {
            TestRunner.run(plane.programs().inbound().number(), ifindex, frame, 1);
        }
    }
}
