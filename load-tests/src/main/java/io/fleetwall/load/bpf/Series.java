package io.fleetwall.load.bpf;

import java.util.ArrayList;
import java.util.List;

/** The samples of one measurement, in the order they were taken. */
record Series(String name, List<Double> samples) {
    Series(String name) {
        this(name, new ArrayList<>());
    }

    void add(double sample) {
        samples.add(sample);
    }

    /** The middle one; of an even number the upper of the two. */
    double median() {
        return samples.stream().sorted().skip(samples.size() / 2).findFirst().orElseThrow();
    }

    /** The sample that so many percent are not above. */
    double percentile(int percent) {
        int rank = Math.max(0, (samples.size() * percent + 99) / 100 - 1);
        return samples.stream().sorted().skip(rank).findFirst().orElseThrow();
    }
}
