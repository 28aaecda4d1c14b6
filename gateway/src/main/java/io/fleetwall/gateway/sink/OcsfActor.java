package io.fleetwall.gateway.sink;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Who did it, in OCSF's words: the process with its parents, and whom the job runs for. */
final class OcsfActor {
    private OcsfActor() {}

    /** Empty when nobody is known. */
    static JsonObject of(Facts facts) {
        JsonObject actor = new JsonObject();
        if (facts.number("process.pid") > 0) {
            actor.put("process", process(facts));
        }
        String user = facts.text("job.actor");
        return user.isEmpty() ? actor : actor.put("user", new JsonObject().put("name", user));
    }

    private static JsonObject process(Facts facts) {
        JsonObject process = new JsonObject().put("pid", facts.number("process.pid"));
        OcsfEvent.put(process, "name", facts.text("process.name"));
        OcsfEvent.put(process, "cmd_line", facts.text("process.command"));
        String path = facts.text("process.executable");
        if (!path.isEmpty()) {
            process.put("file", file(path));
        }
        if (!facts.text("process.uid").isEmpty()) {
            process.put("user", new JsonObject().put("uid", facts.text("process.uid")));
        }
        if (!facts.text("process.container").isEmpty()) {
            process.put("container", new JsonObject().put("uid", facts.text("process.container")));
        }
        JsonArray parents =
                facts.event().getJsonObject("process").getJsonArray("parents", new JsonArray());
        if (!parents.isEmpty()) {
            process.put("parent_process", parents.getJsonObject(0).copy());
            process.put("ancestry", parents.copy());
        }
        return process;
    }

    private static JsonObject file(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return new JsonObject()
                .put("name", name.isEmpty() ? path : name)
                .put("path", path)
                .put("type_id", 1);
    }
}
