package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.Area;
import io.fleetwall.gateway.identity.Principal;
import io.fleetwall.gateway.identity.Role;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every request the API answers, and who may make it. The one table: a route that is not here
 * cannot be served, and {@code openapi.json} is compared with it.
 */
enum Operation {
    LIVE("GET", "/api/v1/health/live"),
    READY("GET", "/api/v1/health/ready"),
    DOCUMENT("GET", "/api/v1/openapi.json"),
    METRICS("GET", "/metrics", Role.VIEWER, Area.METRICS),
    VALIDATE("POST", "/api/v1/policies:validate", Role.AUTHOR, Area.POLICIES),
    PUBLISH("POST", "/api/v1/policies:publish", Role.AUTHOR, Area.POLICIES),
    ROLLBACK("POST", "/api/v1/policies:rollback", Role.APPROVER, Area.POLICIES),
    PROPOSALS("GET", "/api/v1/policies/proposals", Role.VIEWER, Area.POLICIES),
    PROPOSAL("GET", "/api/v1/policies/proposals/{id}", Role.VIEWER, Area.POLICIES),
    APPROVE("POST", "/api/v1/policies/proposals/{id}/approve", Role.APPROVER, Area.POLICIES),
    REJECT("POST", "/api/v1/policies/proposals/{id}/reject", Role.APPROVER, Area.POLICIES),
    EXPLAIN("POST", "/api/v1/policies:explain", Role.VIEWER, Area.POLICIES),
    REVISIONS("GET", "/api/v1/policies/revisions", Role.VIEWER, Area.POLICIES),
    REVISION("GET", "/api/v1/policies/revisions/{number}", Role.VIEWER, Area.POLICIES),
    RUNNERS("GET", "/api/v1/runners", Role.VIEWER, Area.FLEET),
    RUNNER("GET", "/api/v1/runners/{node}/{runner}", Role.VIEWER, Area.FLEET),
    ROLLOUT("GET", "/api/v1/rollouts/{revision}", Role.VIEWER, Area.FLEET),
    EVENTS("GET", "/api/v1/events", Role.VIEWER, Area.EVENTS),
    EVENT_STREAM("GET", "/api/v1/events/stream", Role.VIEWER, Area.EVENTS),
    DELIVERIES("GET", "/api/v1/webhooks/deliveries", Role.VIEWER, Area.EVENTS),
    REPLAY("POST", "/api/v1/webhooks:replay", Role.APPROVER, Area.EVENTS),
    PURGE("POST", "/api/v1/webhooks:purge", Role.ADMIN, Area.EVENTS),
    TEST_TARGET("POST", "/api/v1/webhooks:test", Role.APPROVER, Area.EVENTS),
    SEARCH_EVENTS("GET", "/api/v1/events:search", Role.VIEWER, Area.EVENTS),
    VERIFY_EVENTS("GET", "/api/v1/events:verify", Role.VIEWER, Area.EVENTS),
    MUTES("GET", "/api/v1/mutes", Role.VIEWER, Area.EVENTS),
    MUTE("POST", "/api/v1/mutes", Role.APPROVER, Area.EVENTS),
    PREVIEW_MUTE("POST", "/api/v1/mutes:preview", Role.VIEWER, Area.EVENTS),
    END_MUTE("POST", "/api/v1/mutes:end", Role.APPROVER, Area.EVENTS),
    INCIDENTS("GET", "/api/v1/incidents", Role.VIEWER, Area.EVENTS),
    BASELINES("GET", "/api/v1/baselines", Role.VIEWER, Area.EVENTS),
    BASELINE("GET", "/api/v1/baselines/{id}", Role.VIEWER, Area.EVENTS),
    RESET_BASELINE("POST", "/api/v1/baselines:reset", Role.APPROVER, Area.EVENTS),
    IDENTITY("GET", "/api/v1/identity", Role.VIEWER, Area.IDENTITY),
    ENROLMENT_TOKEN("POST", "/api/v1/enrolment-tokens", Role.ADMIN, Area.IDENTITY),
    NODES("GET", "/api/v1/nodes", Role.VIEWER, Area.FLEET),
    NODE("GET", "/api/v1/nodes/{node}", Role.VIEWER, Area.FLEET),
    REVOKE_NODE("POST", "/api/v1/nodes/{node}/revoke", Role.ADMIN, Area.IDENTITY),
    AUDIT("GET", "/api/v1/audit", Role.ADMIN, Area.IDENTITY),
    CREATE_TOKEN("POST", "/api/v1/tokens", Role.ADMIN, Area.IDENTITY),
    TOKENS("GET", "/api/v1/tokens", Role.ADMIN, Area.IDENTITY),
    REVOKE_TOKEN("DELETE", "/api/v1/tokens/{id}", Role.ADMIN, Area.IDENTITY),
    SIGNING_KEYS("GET", "/api/v1/signing-keys", Role.VIEWER, Area.IDENTITY),
    ROTATE_SIGNING_KEY("POST", "/api/v1/signing-keys:rotate", Role.ADMIN, Area.IDENTITY),
    RETIRE_SIGNING_KEY("POST", "/api/v1/signing-keys:retire", Role.ADMIN, Area.IDENTITY);

    private final String method;
    private final String path;
    private final @Nullable Role role;
    private final @Nullable Area area;

    /** Open to anybody. */
    Operation(String method, String path) {
        this.method = method;
        this.path = path;
        this.role = null;
        this.area = null;
    }

    Operation(String method, String path, Role role, Area area) {
        this.method = method;
        this.path = path;
        this.role = role;
        this.area = area;
    }

    HttpMethod method() {
        return HttpMethod.valueOf(method);
    }

    /** With parameters in braces, as OpenAPI writes them. */
    String path() {
        return path;
    }

    /** The least role that may do this; empty when anybody may. */
    Optional<Role> role() {
        return Optional.ofNullable(role);
    }

    /** The area a token must not be kept out of. */
    Optional<Area> area() {
        return Optional.ofNullable(area);
    }

    boolean isOpen() {
        return role == null;
    }

    /** Whether somebody's role suffices. */
    boolean roleSuffices(Principal principal) {
        return role == null || principal.role().covers(role);
    }

    /** Whether somebody may enter the area. */
    boolean areaIncluded(Principal principal) {
        return area == null || principal.areas().contains(area);
    }

    /** A colon starts a parameter in a route's path, so paths that have one are expressions. */
    Route route(Router router) {
        return path.contains(":")
                ? router.routeWithRegex(method(), Pattern.quote(path))
                : router.route(method(), path.replaceAll("\\{(\\w+)}", ":$1"));
    }
}
