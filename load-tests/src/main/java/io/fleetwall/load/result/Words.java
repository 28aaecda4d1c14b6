package io.fleetwall.load.result;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What stands behind a benchmark's name on the command line, taken word by word. */
public final class Words {
    private static final int USAGE = 2;

    private final Deque<String> rest;
    private final String usage;

    /**
     * The words of a command.
     *
     * @param usage what to say when they are others than it takes
     */
    public Words(List<String> words, String usage) {
        this.rest = new ArrayDeque<>(words);
        this.usage = usage;
    }

    public boolean isEmpty() {
        return rest.isEmpty();
    }

    /** The next word. */
    public String next() {
        return rest.pop();
    }

    /** The next word as a number between these; anything else ends the process. */
    public int number(int least, int most) {
        try {
            int number = Integer.parseInt(rest.isEmpty() ? "" : rest.pop());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            throw misused();
        }
        throw misused();
    }

    /** Says how the command is used, and ends the process. */
    public IllegalStateException misused() {
        System.err.println("usage: " + usage);
        System.exit(USAGE);
        return new IllegalStateException(usage);
    }
}
