package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.Area;
import io.fleetwall.gateway.identity.Principal;
import io.fleetwall.gateway.identity.Role;
import io.fleetwall.gateway.identity.Tokens;
import io.fleetwall.gateway.store.AuditLog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tokens for people and programs. Nobody can make a token that may do more than the one they
 * present.
 */
final class TokenRoutes {
    private static final Duration LONGEST = Duration.ofDays(366);
    private final Services services;

    TokenRoutes(Services services) {
        this.services = services;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.CREATE_TOKEN, this::create);
        endpoints.serve(router, Operation.TOKENS, this::list);
        endpoints.serve(router, Operation.REVOKE_TOKEN, this::revoke);
    }

    private Answer create(Request request) {
        JsonObject body = request.body("name", "role", "areas", "ttlSeconds");
        String name = Request.text(body, "name", "");
        if (!name.matches("[\\w .@:/-]{1,64}")) {
            throw new RefusedRequest("name must say in 1 to 64 characters what the token is for");
        }
        Role role =
                Role.of(Request.text(body, "role", ""))
                        .orElseThrow(() ->
                                new RefusedRequest(
                                        "role must be viewer, author, approver or admin"));
        Duration life = Duration.ofSeconds(Request.number(body, "ttlSeconds").orElse(90L * 86_400));
        if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(LONGEST) > 0) {
            throw new RefusedRequest("ttlSeconds must be 1 to 366 days");
        }
        Tokens.Grant.Api grant =
                new Tokens.Grant.Api(
                        name, request.actor(), role, areas(body, request.principal()), life);
        Tokens.Made made =
                services.database()
                        .write(transaction -> {
                            Tokens.Made token = services.tokens().create(transaction, grant);
                            AuditLog.Act act =
                                    new AuditLog.Act(
                                            request.actor(),
                                            "token.create",
                                            token.id(),
                                            about(grant).put("expires", text(token)));
                            services.identity().audit().record(transaction, act);
                            return token;
                        });
        return Answer.created(
                about(grant)
                        .put("id", made.id())
                        .put("token", made.secret().reveal())
                        .put("expires", text(made)));
    }

    private static String text(Tokens.Made made) {
        return made.expires().toString();
    }

    private static Set<Area> areas(JsonObject body, Principal asking) {
        Object value = body.getValue("areas");
        if (value == null) {
            return asking.areas();
        }
        if (!(value instanceof JsonArray array) || array.isEmpty()) {
            throw new RefusedRequest("areas must be a list that is not empty: " + Area.all());
        }
        Set<Area> areas = EnumSet.noneOf(Area.class);
        for (Object name : array) {
            areas.add(
                    Area.of(String.valueOf(name))
                            .orElseThrow(() ->
                                    new RefusedRequest(
                                            "no such area: " + name + "; known: " + Area.all())));
        }
        if (!asking.areas().containsAll(areas)) {
            throw new RefusedRequest("areas must not exceed those of the token you present");
        }
        return areas;
    }

    private Answer list(Request request) {
        Page page = new Page(request, "tokens", 1_000);
        Optional<Tokens.Place> after = page.after().map(TokenRoutes::place);
        return page.of(
                services.tokens().list(after, page.looked()),
                view -> view.created().toEpochMilli() + "\n" + view.id(),
                TokenRoutes::json);
    }

    private static Tokens.Place place(String text) {
        String[] parts = text.split("\n", -1);
        if (parts.length != 2 || !parts[0].matches("[0-9]{1,18}")) {
            throw Page.bad();
        }
        return new Tokens.Place(Long.parseLong(parts[0]), parts[1]);
    }

    private static JsonObject json(Tokens.View view) {
        JsonObject json =
                switch (view.grant()) {
                    case Tokens.Grant.Api api -> about(api).put("kind", "api");
                    case Tokens.Grant.Enrolment one ->
                            new JsonObject()
                                    .put("kind", "enrolment")
                                    .put("node", one.node().orElse(""))
                                    .put("usesLeft", one.uses());
                };
        json.put("id", view.id())
                .put("created", view.created().toString())
                .put("expires", view.expires().toString());
        view.revoked().ifPresent(at -> json.put("revoked", at.toString()));
        return json;
    }

    private Answer revoke(Request request) {
        String id = request.path("id");
        boolean revoked =
                services.database()
                        .write(transaction -> {
                            boolean was = services.tokens().revoke(transaction, id);
                            if (was) {
                                AuditLog.Act act =
                                        new AuditLog.Act(
                                                request.actor(),
                                                "token.revoke",
                                                id,
                                                new JsonObject());
                                services.identity().audit().record(transaction, act);
                            }
                            return was;
                        });
        return revoked
                ? Answer.ok(new JsonObject().put("id", id).put("revoked", true))
                : Answer.notFound("There is no token " + id + " that is not revoked.");
    }

    private static JsonObject about(Tokens.Grant.Api grant) {
        JsonArray areas = new JsonArray();
        grant.areas().stream().map(Area::toString).sorted().forEach(areas::add);
        return new JsonObject()
                .put("name", grant.name())
                .put("role", grant.role().toString())
                .put("areas", areas)
                .put("createdBy", grant.by());
    }
}
