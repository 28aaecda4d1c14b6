package io.fleetwall.load.result;

import java.util.List;

/**
 * One table of the result.
 *
 * @param how what was done, in a sentence
 * @param series raw samples behind the lines
 */
public record Section(String title, String how, List<Line> lines, List<Series> series) {
    public boolean met() {
        return lines.stream().flatMap(line -> line.target().stream()).allMatch(Line.Target::met);
    }
}
