package io.fleetwall.node.bypass;

import io.fleetwall.laboratory.sniffer.Packet;
import io.fleetwall.node.bypass.Attackers.Post;
import io.fleetwall.node.bypass.Attackers.Result;
import io.fleetwall.node.bypass.Technique.Expectation;
import io.fleetwall.node.bypass.Technique.Setting;
import io.fleetwall.node.bypass.Technique.User;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All techniques in one setting: without the filter, then with it. Each attempt carries a mark of
 * its own, so that the sniffer is asked once, after all of them, and nothing late is missed.
 */
final class Campaign {
    /** Most attackers wait for answers that do not come. */
    private static final int AT_ONCE = 12;

    private final Field field;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<String> leaks = new ArrayList<>();
    private final AtomicInteger marks = new AtomicInteger();

    Campaign(Field field) {
        this.field = field;
    }

    /** Under what circumstances an attempt was made. */
    enum Circumstance {
        /** No filter. */
        CONTROL,
        /** The filter, denied packets answered. */
        FILTERED,
        /** The filter, denied packets dropped in silence. */
        FILTERED_SILENTLY,
        /** The filter, and a user without capabilities. */
        UNPRIVILEGED
    }

    /** One run of one attacker. */
    record Attempt(
            Technique technique,
            Setting setting,
            Circumstance circumstance,
            String mark,
            Result result) {}

    /** Tries everything that is to be tried in a setting. */
    void run(Setting setting) {
        List<Technique> all =
                Technique.all().stream()
                        .filter(technique -> technique.in(setting) != Expectation.UNTRIED)
                        .toList();
        all(all, setting, Circumstance.CONTROL);
        if (setting == Setting.BLOCKLIST) {
            field.enforce(setting, Field.BLOCKLIST);
            all(all, setting, Circumstance.FILTERED);
        } else {
            field.enforce(setting, Field.DENY_SILENTLY);
            all(all, setting, Circumstance.FILTERED_SILENTLY);
            field.enforce(setting, Field.DENY);
            all(all, setting, Circumstance.FILTERED);
        }
        if (setting == Setting.VM) {
            List<Technique> raw =
                    all.stream().filter(technique -> technique.user() == User.RAW).toList();
            all(raw, setting, Circumstance.UNPRIVILEGED);
        }
        field.open(setting);
    }

    private void all(List<Technique> techniques, Setting setting, Circumstance circumstance) {
        long before = field.sniffer().count(_ -> true);
        make(techniques, setting, circumstance);
        field.sniffer().settle();
        if (circumstance != Circumstance.CONTROL) {
            field.sniffer().packets(_ -> true).stream()
                    .skip(before)
                    .filter(Field::forbidden)
                    .filter(packet -> !expected(packet))
                    .map(packet -> setting + " " + circumstance + ": " + packet)
                    .forEach(leaks::add);
        }
    }

    /** Of an attempt whose mark is to arrive. */
    private boolean expected(Packet packet) {
        return attempts.stream()
                .filter(attempt -> attempt.technique().in(attempt.setting()).arrives())
                .anyMatch(attempt -> packet.contains(bytes(attempt)));
    }

    private static byte[] bytes(Attempt attempt) {
        return attempt.mark().getBytes(StandardCharsets.US_ASCII);
    }

    /** Packets to a forbidden address under the filter that no row accounts for, marked or not. */
    List<String> leaks() {
        return List.copyOf(leaks);
    }

    private void make(List<Technique> techniques, Setting setting, Circumstance circumstance) {
        try (ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<Attempt>> tasks = new ArrayList<>();
            techniques.forEach(t -> tasks.add(() -> attempt(t, setting, circumstance)));
            for (Future<Attempt> made : pool.invokeAll(tasks)) {
                attempts.add(made.get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("an attack could not be made", e);
        }
    }

    private Attempt attempt(Technique technique, Setting setting, Circumstance circumstance) {
        boolean asNobody =
                setting == Setting.VM
                        && (technique.user() == User.ANY
                                || circumstance == Circumstance.UNPRIVILEGED);
        Post post = asNobody ? field.post(setting).unprivileged() : field.post(setting);
        String mark = "FW%06d".formatted(marks.incrementAndGet());
        Result result = post.run(technique.name(), mark, technique.argument());
        return new Attempt(technique, setting, circumstance, mark, result);
    }

    List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /**
     * Frames on the far side with the attempt's mark. What goes to the friend's allowed port in the
     * sender's own name may.
     */
    long seen(Attempt attempt) {
        byte[] mark = bytes(attempt);
        return field.sniffer().framesWith(mark)
                - field.sniffer().count(p -> p.contains(mark) && Field.permitted(p));
    }
}
