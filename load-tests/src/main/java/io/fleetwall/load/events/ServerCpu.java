package io.fleetwall.load.events;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU of a process and all its children, also of those that have ended (proc(5)). */
record ServerCpu(long pid) {
    /** Clock ticks a second in {@code /proc}, fixed by the kernel's ABI (USER_HZ). */
    private static final long TICK_MICROS = 10_000;

    private static final int PARENT = 1;
    private static final int USER = 11;

    long micros() {
        try (var all = Files.list(Path.of("/proc"))) {
            return all.map(path -> path.getFileName().toString())
                            .filter(name -> name.matches("\\d+"))
                            .mapToLong(name -> ticks(Long.parseLong(name)))
                            .sum()
                    * TICK_MICROS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long ticks(long one) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc/" + one + "/stat"));
        } catch (IOException ended) {
            return 0;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        if (one != pid && Long.parseLong(fields[PARENT]) != pid) {
            return 0;
        }
        long own = Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1]);
        long ended = Long.parseLong(fields[USER + 2]) + Long.parseLong(fields[USER + 3]);
        return one == pid ? own + ended : own;
    }
}
