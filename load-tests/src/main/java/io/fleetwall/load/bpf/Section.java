package io.fleetwall.load.bpf;

import java.util.List;

/**
 * One table of the result.
 *
 * @param how what was done, in a sentence
 * @param series raw samples behind the lines
 */
record Section(String title, String how, List<Line> lines, List<Series> series) {
    boolean met() {
        return lines.stream().flatMap(line -> line.target().stream()).allMatch(Line.Target::met);
    }
}
