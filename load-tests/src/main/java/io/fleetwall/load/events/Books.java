package io.fleetwall.load.events;

import io.fleetwall.laboratory.postgres.PostgresServer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a store and a receiver have, by the numbers of the packets. */
record Books(PostgresServer store, Receiver receiver) {
    private static final String DATABASE = "test_1";

    /**
     * Debit and credit.
     *
     * @param sent packets, of which {@code stored} are in the store
     * @param stated how many the loss events own up to
     * @param noEvent stored ones that the target of all events never got
     * @param noAlert stored ones of which no alert came
     * @param again requests' events that had come before, with the same id
     * @param renamed packets that are known by more than one id
     */
    record Balance(
            int sent, int stored, long stated, int noEvent, int noAlert, int again, int renamed) {
        int lost() {
            return sent - stored;
        }

        boolean settled() {
            return lost() <= stated && noEvent == 0 && noAlert == 0;
        }
    }

    Balance balance(int sent) {
        Map<Integer, Set<String>> ids = new HashMap<>();
        Set<String> stored = new HashSet<>();
        for (String row : rows("flow.denied")) {
            JsonObject event = new JsonObject(row);
            stored.add(event.getString("id"));
            ids.computeIfAbsent(number(event), n -> new HashSet<>()).add(event.getString("id"));
        }
        long stated =
                rows("loss").stream().mapToLong(row -> new JsonObject(row).getLong("count")).sum();
        Map<String, Integer> events = received(Scene.EVENTS);
        return new Balance(
                sent,
                ids.size(),
                stated,
                missing(stored, events.keySet()),
                missing(stored, received(Scene.ALERTS).keySet()),
                events.values().stream().mapToInt(times -> times - 1).sum(),
                (int) ids.values().stream().filter(one -> one.size() > 1).count());
    }

    private static int missing(Set<String> stored, Set<String> received) {
        Set<String> missing = new HashSet<>(stored);
        missing.removeAll(received);
        return missing.size();
    }

    private List<String> rows(String kind) {
        return store.sql(DATABASE, "SELECT body FROM event WHERE kind = '" + kind + "'")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    /** How often each event came. */
    private Map<String, Integer> received(String path) {
        Map<String, Integer> times = new HashMap<>();
        for (Receiver.Arrival arrival : receiver.arrivals(path)) {
            times.merge(arrival.event().getString("id"), 1, Integer::sum);
        }
        return times;
    }

    private static int number(JsonObject event) {
        JsonObject to = event.getJsonObject("destination");
        return Denials.number(to.getString("address"), to.getInteger("port"));
    }
}
