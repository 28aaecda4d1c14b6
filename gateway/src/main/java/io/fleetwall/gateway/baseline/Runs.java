package io.fleetwall.gateway.baseline;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;

/**
 * How many runs something was seen in. The latest are remembered by name, so that so many may be
 * under way at once and each counts once; a row for each run would have no bound.
 */
public record Runs(long count, List<String> latest) {
    static final Runs NONE = new Runs(0, List.of());
    private static final int REMEMBERED = 16;

    public Runs {
        latest = List.copyOf(latest);
    }

    static Runs of(long count, String latest) {
        return new Runs(count, new JsonArray(latest).stream().map(Object::toString).toList());
    }

    boolean has(String run) {
        return latest.contains(run);
    }

    Runs with(String run) {
        if (has(run)) {
            return this;
        }
        List<String> next = new ArrayList<>(latest);
        next.add(run);
        int from = Math.max(0, next.size() - REMEMBERED);
        return new Runs(count + 1, next.subList(from, next.size()));
    }

    String text() {
        return new JsonArray(latest).encode();
    }
}
