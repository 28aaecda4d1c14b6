package io.fleetwall.policy.document;

/**
 * Where something stands in a policy source.
 *
 * @param file the source's name as the author knows it, relative to the policy directory
 * @param line 1-based
 * @param column 1-based, in Unicode code points
 */
public record Origin(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
