package io.fleetwall.load.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is asked, the same for every server: 10,000 names by Zipf's law, A and AAAA in equal shares,
 * in the lines that dnsperf reads.
 */
final class Questions {
    static final int NAMES = 10_000;

    /** Not a divisor of anything in the servers; long enough that the tail is seen. */
    private static final int LINES = 200_003;

    private static final long SEED = 42;

    private Questions() {}

    static String name(int index) {
        return "h" + index + ".bench.example";
    }

    /** Each name once for each type: what fills the caches. */
    static Path all(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < NAMES; i++) {
            lines.add(name(i) + " A");
            lines.add(name(i) + " AAAA");
        }
        return Files.write(directory.resolve("all.txt"), lines);
    }

    static Path zipfFile(Path directory) {
        return directory.resolve("zipf.txt");
    }

    static Path zipf(Path directory) throws IOException {
        double[] upTo = new double[NAMES];
        double sum = 0;
        for (int i = 0; i < NAMES; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < LINES; i++) {
            int found = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            int rank = Math.min(NAMES - 1, found < 0 ? -found - 1 : found);
            lines.add(name(rank) + (random.nextBoolean() ? " A" : " AAAA"));
        }
        return Files.write(zipfFile(directory), lines);
    }
}
