package io.fleetwall.node.config;

/**
 * One thing wrong with the configuration, for its author.
 *
 * @param code stable, {@code FW-C…}
 * @param path the key, for example {@code runners[1].interface}; empty for the whole file
 * @param message what is wrong
 * @param hint what to do about it
 */
public record ConfigProblem(String code, String path, String message, String hint) {
    @Override
    public String toString() {
        return (path.isEmpty() ? "" : path + ": ") + code + ": " + message + " (" + hint + ")";
    }
}
