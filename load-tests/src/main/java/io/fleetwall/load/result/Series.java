package io.fleetwall.load.result;

import java.util.ArrayList;
import java.util.List;

/** The samples of one measurement, in the order they were taken. */
public record Series(String name, List<Double> samples) {
    public Series(String name) {
        this(name, new ArrayList<>());
    }

    public void add(double sample) {
        samples.add(sample);
    }

    /** The middle one; of an even number the upper of the two. */
    public double median() {
        return samples.stream().sorted().skip(samples.size() / 2).findFirst().orElseThrow();
    }

    /** The sample that so many percent are not above. */
    public double percentile(int percent) {
        int rank = Math.max(0, (samples.size() * percent + 99) / 100 - 1);
        return samples.stream().sorted().skip(rank).findFirst().orElseThrow();
    }
}
