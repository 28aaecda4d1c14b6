package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keeps one job from drowning the alerts of all others: what it does beyond so many incidents
 * counts as one more of them.
 *
 * <p>Receivers take a message a second. A job that calls ten thousand addresses would else hold up
 * everybody's alerts for hours, its own first one among them being all that anybody needs. The log
 * has every event all the same. Counted in memory: a gateway that restarts counts anew.
 */
final class Crowd {
    /** Jobs at a time; the one that was quiet longest is forgotten first. About 100 MB at worst. */
    private static final int SCOPES = 2_000;

    private final int most;
    private final long quietMillis;
    private final Map<String, Scope> scopes =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Scope> eldest) {
                    return size() > SCOPES;
                }
            };

    private static final class Scope {
        private final Set<String> keys = new HashSet<>();
        private long last;
    }

    /**
     * A crowd of nobody.
     *
     * @param most incidents of a job that are told one by one
     * @param quiet after which a job's incidents are over
     */
    Crowd(int most, Duration quiet) {
        this.most = most;
        this.quietMillis = quiet.toMillis();
    }

    /** An event as it is told, and the incident it counts for. */
    record Member(String key, JsonObject event) {}

    /** Finds an event's incident. */
    synchronized Member of(JsonObject event, long now) {
        String key = IncidentKey.of(event);
        String kind = event.getString("kind", "");
        if (!kind.startsWith("flow.") && !kind.startsWith("dns.")) {
            return new Member(key, event);
        }
        String crowd = IncidentKey.crowd(event);
        Scope scope = scopes.computeIfAbsent(crowd, fresh -> new Scope());
        if (now - scope.last > quietMillis) {
            scope.keys.clear();
        }
        scope.last = now;
        if (scope.keys.contains(key) || scope.keys.size() < most) {
            scope.keys.add(key);
            return new Member(key, event);
        }
        String message =
                "one of many: beyond "
                        + most
                        + " destinations or processes of this job, all others count here. "
                        + event.getString("message", "");
        return new Member(crowd, event.copy().put("message", message));
    }
}
