package io.fleetwall.gateway.api;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;

/** Who did what: the trail of administrative acts, newest first. */
final class AuditRoutes {
    private final Database database;

    AuditRoutes(Database database) {
        this.database = database;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.AUDIT, this::list);
    }

    private Answer list(Request request) {
        Page page = new Page(request, "acts", 100);
        long before = page.after(Long.MAX_VALUE);
        return page.of(
                database.read(transaction -> AuditLog.list(transaction, before, page.looked())),
                line -> Long.toString(line.entry()),
                AuditRoutes::json);
    }

    private static JsonObject json(AuditLog.Written line) {
        return new JsonObject()
                .put("entry", line.entry())
                .put("at", Instant.ofEpochMilli(line.at()).toString())
                .put("actor", line.act().actor())
                .put("act", line.act().name())
                .put("subject", line.act().subject())
                .put("detail", line.act().detail())
                .put("hash", line.hash());
    }
}
