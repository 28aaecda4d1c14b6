package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.Doorkeeper;
import io.fleetwall.gateway.identity.Principal;
import io.fleetwall.gateway.metric.Metrics;
import io.fleetwall.gateway.metric.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/** Decides whether a request may be answered; every refusal has its code and is counted. */
final class Gate {
    private final Doorkeeper doorkeeper;
    private final Metrics metrics;
    private final Optional<Allowance> allowance;

    /** What came of it. */
    sealed interface Decision {
        /**
         * Let in.
         *
         * @param headers that say how many more requests may come
         */
        record Admitted(Principal principal, Map<String, String> headers) implements Decision {}

        record Refused(Answer answer) implements Decision {}
    }

    Gate(Doorkeeper doorkeeper, Metrics metrics, Optional<Allowance> allowance) {
        this.doorkeeper = doorkeeper;
        this.metrics = metrics;
        this.allowance = allowance;
    }

    /** The bearer token of a request, good or not. */
    static Optional<String> bearer(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(header.substring(7).strip()).filter(token -> !token.isEmpty())
                : Optional.empty();
    }

    /** The answer to a request that does not even try. */
    Answer noToken() {
        metrics.count(Refusal.NO_TOKEN);
        return unauthorized("Token missing");
    }

    /** Counts somebody who was turned away elsewhere. */
    void count(Refusal refusal) {
        metrics.count(refusal);
    }

    /** Who asks, if they may. Blocks. */
    Decision decide(RoutingContext context, Operation operation) {
        Optional<String> bearer = bearer(context);
        if (bearer.isEmpty()) {
            return new Decision.Refused(noToken());
        }
        Optional<Principal> principal = doorkeeper.admit(bearer.get());
        if (principal.isEmpty()) {
            return refused(Refusal.BAD_TOKEN, unauthorized("Token not good"));
        }
        Principal who = principal.get();
        if (!operation.areaIncluded(who)) {
            return refused(Refusal.AREA, otherArea(who, operation));
        }
        if (!operation.roleSuffices(who)) {
            return refused(Refusal.ROLE, lowRole(who, operation));
        }
        if (allowance.isEmpty()) {
            return new Decision.Admitted(who, Map.of());
        }
        Allowance.Taken taken = allowance.get().take(who.actor());
        return taken.granted()
                ? new Decision.Admitted(who, limits(allowance.get(), taken))
                : refused(Refusal.RATE, tooMany(allowance.get(), taken));
    }

    private Decision refused(Refusal refusal, Answer answer) {
        metrics.count(refusal);
        return new Decision.Refused(answer);
    }

    private static Answer unauthorized(String title) {
        return Answer.problem(
                        new Answer.Failure(
                                401,
                                "FW-A001",
                                title,
                                "Send `Authorization: Bearer TOKEN` with a token that is known,"
                                        + " not expired and not revoked; the first one is in"
                                        + " admin.token in the gateway's state directory."))
                .with("WWW-Authenticate", "Bearer realm=\"fleetwall\"");
    }

    private static Answer lowRole(Principal who, Operation operation) {
        return Answer.problem(
                new Answer.Failure(
                        403,
                        "FW-A007",
                        "Role not sufficient",
                        "This needs the role "
                                + operation.role().orElseThrow()
                                + "; the token has "
                                + who.role()
                                + "."));
    }

    private static Answer otherArea(Principal who, Operation operation) {
        return Answer.problem(
                new Answer.Failure(
                        403,
                        "FW-A008",
                        "Token for another area",
                        "This belongs to "
                                + operation.area().orElseThrow()
                                + "; the token is for "
                                + who.areas().stream().sorted().toList()
                                + "."));
    }

    static Answer tooMany(Allowance allowance, Allowance.Taken taken) {
        Answer answer =
                Answer.problem(
                                new Answer.Failure(
                                        429,
                                        "FW-A429",
                                        "Too many requests",
                                        "Try again in " + taken.untilNext() + " s."))
                        .with("Retry-After", Long.toString(taken.untilNext()));
        return answer.with(limits(allowance, taken));
    }

    /** As draft-ietf-httpapi-ratelimit-headers-10 has them. */
    private static Map<String, String> limits(Allowance allowance, Allowance.Taken taken) {
        return Map.of(
                "RateLimit-Policy",
                "\"requests\";q=" + taken.most() + ";w=" + allowance.secondsToFill(),
                "RateLimit",
                "\"requests\";r=" + taken.left() + ";t=" + taken.untilFull());
    }
}
