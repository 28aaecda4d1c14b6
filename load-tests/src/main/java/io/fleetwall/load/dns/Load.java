package io.fleetwall.load.dns;

import io.fleetwall.load.result.Commands;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a server for a while, by one of two clients.
 *
 * @param core the client's; the server is on another
 */
record Load(Field field, Path zipf, int core, double seconds) {
    private static final Pattern COMPLETED = Pattern.compile("Queries completed:\\s+([0-9]+)");
    private static final Pattern SENT = Pattern.compile("Queries sent:\\s+([0-9]+)");

    /** Questions under way: what dnsperf has by default, and four batches of the own client. */
    private static final int WINDOW = 256;

    private static final int MISS_WINDOW = 128;

    /** What came of it. */
    record Outcome(long asked, long answered, long wrong, double p50, double p99) {
        private static Outcome of(JsonObject json) {
            return new Outcome(
                    json.getLong("asked"),
                    json.getLong("answered"),
                    json.getLong("wrong") + json.getLong("refused") + json.getLong("stray"),
                    json.getDouble("p50"),
                    json.getDouble("p99"));
        }

        long lost() {
            return asked - answered;
        }
    }

    /** As many cached answers as it gives. */
    Outcome batches(Contestant server) {
        return own("hit", server, zipf.toString(), WINDOW);
    }

    /** So many a second, with latencies in µs. */
    Outcome paced(Contestant server, int rate) {
        return own("rate", server, zipf.toString(), rate);
    }

    /** Names nobody asked before; the prefix makes them so. */
    Outcome misses(Contestant server, String prefix) {
        return own("miss", server, prefix, MISS_WINDOW);
    }

    /** Each line of a file once, which fills a cache. */
    Outcome fill(Contestant server, Path lines) {
        return own("all", server, lines.toString(), MISS_WINDOW);
    }

    private Outcome own(String mode, Contestant server, String what, int number) {
        List<String> command = new ArrayList<>();
        command.add(field.tools().resolve("dnsload").toString());
        command.addAll(List.of(mode, server.address(), Integer.toString(server.port())));
        command.addAll(List.of(duration(), what, Integer.toString(number)));
        return Outcome.of(new JsonObject(run(command)));
    }

    private String duration() {
        return String.format(Locale.ROOT, "%.2f", seconds);
    }

    /** As many cached answers as dnsperf gets with its defaults. */
    Outcome dnsperf(Contestant server) {
        List<String> command = new ArrayList<>(List.of("dnsperf", "-s", server.address()));
        command.addAll(List.of("-p", Integer.toString(server.port()), "-d", zipf.toString()));
        command.addAll(List.of("-l", Integer.toString((int) Math.ceil(seconds)), "-t", "2"));
        String said = run(command);
        return new Outcome(number(SENT, said), number(COMPLETED, said), 0, 0, 0);
    }

    private String run(List<String> command) {
        return Commands.run(String.join(" ", Field.asking(core, command)));
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("dnsperf said: " + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
