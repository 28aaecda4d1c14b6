package io.fleetwall.gateway.api;

import io.fleetwall.gateway.identity.Enrolment;
import io.fleetwall.gateway.identity.Enrolment.Outcome;
import io.fleetwall.gateway.identity.NodeIdentity;
import io.fleetwall.gateway.metric.Metrics;
import io.fleetwall.gateway.metric.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The one request a node makes before it has a certificate, and the one by which it gets the next.
 * Served by the link's listener.
 */
public final class EnrolmentRoutes implements AutoCloseable {
    private static final int BODY = 16 << 10;
    private final Enrolment enrolment;
    private final Endpoints endpoints;
    private final Metrics metrics;

    /** Each address may try so often a minute; tokens have 256 bits, so this only saves work. */
    private final Allowance enrolments = new Allowance(60, 60, System::nanoTime);

    /** Each certificate is renewed so often a minute: nodes behind one address do not share it. */
    private final Allowance renewals = new Allowance(6, 6, System::nanoTime);

    /** Serves enrolment; the endpoints' threads are the given ones. */
    public EnrolmentRoutes(Enrolment enrolment, Services services) {
        this.enrolment = enrolment;
        this.metrics = services.access().metrics();
        this.endpoints = new Endpoints(services.access().gate(Optional.empty()), BODY);
    }

    /** A router for one listener instance. */
    public Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.post("/enrol/v1").handler(this::byAddress);
        endpoints.serveOpen(router.post("/enrol/v1"), this::enrol);
        router.post("/renew/v1").handler(this::byCertificate);
        endpoints.serveOpen(router.post("/renew/v1"), this::renew);
        Endpoints.guard(router);
        return router;
    }

    @Override
    public void close() {
        endpoints.close();
    }

    private Answer enrol(Request request) {
        JsonObject body = request.body("token", "csr");
        String csr = Request.text(body, "csr", "");
        return answer(enrolment.enrol(Request.text(body, "token", ""), csr));
    }

    private Answer renew(Request request) {
        JsonObject body = request.body("csr");
        String csr = Request.text(body, "csr", "");
        return answer(
                request.certificate()
                        .map(shown -> enrolment.renew(shown, csr))
                        .orElseGet(() ->
                                new Outcome.Forbidden(
                                        "the connection shows no certificate",
                                        "a node that has none enrols with a token")));
    }

    private Answer answer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Enrolled enrolled ->
                    Answer.ok(
                            new JsonObject()
                                    .put("node", enrolled.node())
                                    .put("certificate", enrolled.certificate())
                                    .put("ca", enrolled.ca())
                                    .put("signingKeys", new JsonArray(enrolled.word().keys()))
                                    .put("keyStatement", enrolled.word().statement()));
            case Outcome.Forbidden(var message, var hint) -> {
                metrics.count(Refusal.ENROLMENT);
                yield Answer.problem(
                        new Answer.Failure(
                                403, "FW-A403", "Enrolment refused", message + "; " + hint));
            }
            case Outcome.Unusable(var message, var hint) ->
                    Answer.problem(
                            new Answer.Failure(
                                    400, "FW-A003", "Request unusable", message + "; " + hint));
        };
    }

    private void byAddress(RoutingContext context) {
        limited(context, enrolments, context.request().remoteAddress().hostAddress());
    }

    /** TLS has checked the certificate. Who shows none is told so, as often as one may enrol. */
    private void byCertificate(RoutingContext context) {
        NodeIdentity.shown(context.request().sslSession())
                .map(shown -> shown.getSerialNumber().toString(16))
                .ifPresentOrElse(
                        serial -> limited(context, renewals, serial), () -> byAddress(context));
    }

    private void limited(RoutingContext context, Allowance limit, String somebody) {
        Allowance.Taken taken = limit.take(somebody);
        if (taken.granted()) {
            context.next();
            return;
        }
        metrics.count(Refusal.RATE);
        Endpoints.send(context, Gate.tooMany(limit, taken));
    }
}
