package io.fleetwall.laboratory.process;

import java.util.List;

/** An external command that did not end with exit code 0, with what it said. */
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailedException(List<String> words, int exit, String output) {
        super("`" + String.join(" ", words) + "` ended with " + exit + ": " + output);
    }
}
