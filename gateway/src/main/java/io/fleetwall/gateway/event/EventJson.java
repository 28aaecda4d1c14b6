package io.fleetwall.gateway.event;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.ProcessIdentity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * The JSON form of an event: in the store, on the event bus, in the API and in webhooks. What is
 * not known is absent rather than empty.
 */
public final class EventJson {
    private EventJson() {}

    /** An event's JSON form. */
    public static JsonObject of(Event event) {
        JsonObject json =
                new JsonObject()
                        .put("id", event.id().toString())
                        .put("at", event.at().toString())
                        .put("kind", event.kind().text());
        put(json, "node", event.node());
        put(json, "runner", event.runner());
        list(json, "labels", event.labels());
        event.job().ifPresent(job -> json.put("job", job(job)));
        event.destination().ifPresent(to -> json.put("destination", destination(to)));
        event.judgement().ifPresent(judged -> json.put("judgement", judgement(judged)));
        event.process().ifPresent(process -> json.put("process", process(process)));
        json.put("count", event.count());
        if (!event.window().isZero()) {
            json.put("windowMillis", event.window().toMillis());
        }
        return json.put("message", event.message());
    }

    /** A job's JSON form. */
    public static JsonObject job(Job job) {
        JsonObject json = new JsonObject();
        put(json, "organization", job.organization());
        put(json, "repository", job.repository());
        put(json, "workflow", job.workflow());
        put(json, "job", job.job());
        put(json, "ref", job.ref());
        put(json, "runId", job.runId());
        json.put("attempt", job.attempt());
        put(json, "actor", job.actor());
        return json;
    }

    /** A job from its JSON form. */
    public static Job job(JsonObject job) {
        return new Job(
                job.getString("organization", ""),
                job.getString("repository", ""),
                job.getString("workflow", ""),
                job.getString("job", ""),
                job.getString("ref", ""),
                job.getString("runId", ""),
                job.getInteger("attempt", 1),
                job.getString("actor", ""));
    }

    /** A destination from its JSON form; how its name is known is not read. */
    static Destination destination(JsonObject destination) {
        return new Destination(
                destination.getString("address", ""),
                destination.getInteger("port", 0),
                destination.getString("protocol", ""),
                destination.getString("name", ""));
    }

    private static JsonObject destination(Destination destination) {
        JsonObject json = new JsonObject();
        put(json, "address", destination.address());
        if (destination.port() > 0) {
            json.put("port", destination.port());
        }
        put(json, "protocol", destination.protocol());
        put(json, "name", destination.name());
        put(json, "nameFrom", destination.naming().source().text());
        list(json, "chain", destination.naming().chain());
        return json;
    }

    private static JsonObject judgement(Judgement judged) {
        JsonObject json =
                new JsonObject()
                        .put("verdict", verdict(judged))
                        .put("reason", judged.reason())
                        .put("mode", judged.mode().name().toLowerCase(Locale.ROOT))
                        .put("revision", judged.revision());
        put(json, "policy", judged.policy());
        put(json, "rule", judged.rule());
        put(json, "file", judged.file());
        if (judged.line() > 0) {
            json.put("line", judged.line());
        }
        return json;
    }

    private static JsonObject process(ProcessIdentity process) {
        JsonObject json =
                new JsonObject()
                        .put("summary", process.text())
                        .put("pid", process.pid())
                        .put("uid", process.uid());
        put(json, "name", process.name());
        put(json, "executable", process.executable());
        put(json, "command", process.command());
        put(json, "group", process.group());
        put(json, "container", process.container());
        JsonArray parents = new JsonArray();
        for (ProcessIdentity.Parent parent : process.parents()) {
            JsonObject one = new JsonObject().put("pid", parent.pid());
            put(one, "name", parent.name());
            parents.add(one);
        }
        return parents.isEmpty() ? json : json.put("parents", parents);
    }

    private static String verdict(Judgement judged) {
        if (judged.reason().startsWith("allowed")) {
            return "allowed";
        }
        return judged.mode() == Mode.AUDIT ? "would-deny" : "denied";
    }

    private static void list(JsonObject json, String key, List<String> values) {
        if (!values.isEmpty()) {
            json.put(key, new JsonArray(values));
        }
    }

    private static void put(JsonObject json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }
}
