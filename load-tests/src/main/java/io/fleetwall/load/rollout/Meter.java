package io.fleetwall.load.rollout;

import io.fleetwall.laboratory.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process uses, by the kernel's and the JVM's own books (proc(5), {@code jcmd}). */
public record Meter(long pid) {
    /** Clock ticks a second in {@code /proc}, fixed by the kernel's ABI (USER_HZ). */
    private static final long TICK_MICROS = 10_000;

    private static final Pattern USED = Pattern.compile("total.* used (\\d+)K");

    /** CPU microseconds, user and system. */
    public long cpuMicros() {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_MICROS;
    }

    /** Bytes of the heap in use after a full collection. */
    public long heapBytes() {
        jcmd("GC.run");
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        long kilobytes = 0;
        while (used.find()) {
            kilobytes += Long.parseLong(used.group(1));
        }
        return kilobytes << 10;
    }

    /** Resident megabytes. */
    public long residentMegabytes() {
        Matcher resident =
                Pattern.compile("VmRSS:\\s+(\\d+) kB")
                        .matcher(read(Path.of("/proc/" + pid + "/status")));
        return resident.find() ? Long.parseLong(resident.group(1)) >> 10 : 0;
    }

    /** Bytes that have crossed loopback in this namespace, in both directions, with headers. */
    static long loopbackBytes() {
        return Long.parseLong(read(Path.of("/sys/class/net/lo/statistics/tx_bytes")).strip());
    }

    private String jcmd(String command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Command.run(jcmd, Long.toString(pid), command);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
