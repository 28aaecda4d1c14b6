package io.fleetwall.gateway.config;

/**
 * One thing wrong with the settings, for the operator.
 *
 * @param key dotted path of the key, or the name of the environment variable
 * @param message what is wrong
 * @param hint what to do about it
 */
public record ConfigProblem(String key, String message, String hint) {
    @Override
    public String toString() {
        return key + ": " + message + " (" + hint + ")";
    }
}
