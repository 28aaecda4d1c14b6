package io.fleetwall.load.events;

import io.fleetwall.laboratory.postgres.PostgresServer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a store and a receiver have, by the numbers of the packets. */
final class Books {
    private static final String DATABASE = "test_1";
    private static final String DENIALS =
            "SELECT id || ' ' || coalesce(body::json #>> '{destination,address}', '') || ' '"
                    + " || coalesce(body::json #>> '{destination,port}', '0')"
                    + " FROM event WHERE kind = 'flow.denied'";
    private static final String STATED =
            "SELECT coalesce(sum((body::json ->> 'count')::bigint), 0) FROM event"
                    + " WHERE kind = 'loss'";

    private final PostgresServer store;
    private final Receiver receiver;
    private final Map<String, Integer> events = new HashMap<>();
    private final Map<String, Integer> alerts = new HashMap<>();

    Books(PostgresServer store, Receiver receiver) {
        this.store = store;
        this.receiver = receiver;
    }

    /**
     * Debit and credit.
     *
     * @param sent packets, of which {@code stored} are in the store
     * @param stated how many the loss events own up to
     * @param renamed packets that the store knows by more than one id
     */
    record Balance(int sent, int stored, long stated, int renamed, Told told) {
        int lost() {
            return sent - stored;
        }

        /** Lost without a word. */
        long unstated() {
            return Math.max(0, lost() - stated);
        }

        boolean settled() {
            return unstated() == 0 && told.noEvent == 0 && told.noAlert == 0;
        }

        /** Settled, and nobody was told of what is not so. */
        boolean sound() {
            return settled() && renamed == 0 && told.unknown == 0;
        }
    }

    /**
     * What the receiver heard.
     *
     * @param noEvent stored events that the target of all events never got
     * @param noAlert stored events of which no alert came
     * @param again events and alerts that had come before, with the same id
     * @param unknown ids that came and are not in the store
     */
    record Told(int noEvent, int noAlert, int again, int unknown) {}

    /** Counts what has come, and forgets its bodies. */
    void hear() {
        count(events, Scene.EVENTS);
        count(alerts, Scene.ALERTS);
    }

    Balance balance(int sent) {
        hear();
        Map<Integer, Set<String>> ids = new HashMap<>();
        Set<String> stored = new HashSet<>();
        for (String row : rows(DENIALS)) {
            String[] fields = row.split(" ", -1);
            stored.add(fields[0]);
            if (Denials.sentTo(fields[1])) {
                int number = Denials.number(fields[1], Integer.parseInt(fields[2]));
                ids.computeIfAbsent(number, n -> new HashSet<>()).add(fields[0]);
            }
        }
        Set<String> told = new HashSet<>(events.keySet());
        told.addAll(alerts.keySet());
        return new Balance(
                sent,
                ids.size(),
                Long.parseLong(rows(STATED).getFirst()),
                (int) ids.values().stream().filter(one -> one.size() > 1).count(),
                new Told(
                        missing(stored, events.keySet()),
                        missing(stored, alerts.keySet()),
                        again(events) + again(alerts),
                        missing(told, stored)));
    }

    private static int again(Map<String, Integer> times) {
        return times.values().stream().mapToInt(often -> often - 1).sum();
    }

    private static int missing(Set<String> wanted, Set<String> there) {
        return (int) wanted.stream().filter(one -> !there.contains(one)).count();
    }

    private List<String> rows(String query) {
        return store.sql(DATABASE, query).lines().filter(line -> !line.isBlank()).toList();
    }

    private void count(Map<String, Integer> times, String path) {
        for (Receiver.Arrival arrival : receiver.take(path)) {
            times.merge(arrival.event().getString("id"), 1, Integer::sum);
        }
    }
}
