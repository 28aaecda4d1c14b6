package io.fleetwall.load.dns;

import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.load.result.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One server under measurement, as the kernel sees it.
 *
 * @param name as in the report
 * @param address where the load finds it
 */
record Contestant(String name, ChildProcess child, String address, int port) {

    /**
     * What all its threads have run on a CPU, user and system, in nanoseconds: the first field of
     * each schedstat, which counts everything and does not sample.
     */
    long cpuNanos() {
        return tasks().stream().mapToLong(Contestant::ran).sum();
    }

    /** 0 for a thread that has ended since: it had nothing to do with queries. */
    private static long ran(Path task) {
        try {
            String stat = Files.readString(task.resolve("schedstat"));
            return Long.parseLong(stat.substring(0, stat.indexOf(' ')));
        } catch (NoSuchFileException _) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resident memory, in MB of 10^6 bytes. */
    double residentMegabytes() {
        try {
            return Files.readAllLines(proc().resolve("status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .sum()
                    * 1024
                    / 1e6;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All its threads on one core. */
    void pin(int core) {
        child.mustLive();
        Commands.run("taskset --all-tasks --cpu-list --pid " + core + " " + pid());
    }

    long pid() {
        return child.process().pid();
    }

    private Path proc() {
        return Path.of("/proc", Long.toString(pid()));
    }

    private List<Path> tasks() {
        try (Stream<Path> tasks = Files.list(proc().resolve("task"))) {
            return tasks.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " has ended: " + child.tail(), e);
        }
    }
}
