package io.fleetwall.gateway.api;

import io.fleetwall.gateway.catalogue.Approvals;
import io.fleetwall.gateway.catalogue.Publication;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Optional;

/** Policies that wait for a second person. */
final class ApprovalRoutes {
    private final Approvals approvals;

    ApprovalRoutes(Approvals approvals) {
        this.approvals = approvals;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.PROPOSALS, this::list);
        endpoints.serve(router, Operation.PROPOSAL, this::one);
        endpoints.serve(router, Operation.APPROVE, this::approve);
        endpoints.serve(router, Operation.REJECT, this::reject);
    }

    private Answer list(Request request) {
        Page page = new Page(request, "proposals", 100);
        return page.of(
                approvals.waiting(page.after().map(ApprovalRoutes::place), page.looked()),
                waiting -> waiting.at().toEpochMilli() + "\n" + waiting.id(),
                ApprovalRoutes::json);
    }

    private static Approvals.Place place(String key) {
        String[] parts = key.split("\n", -1);
        if (parts.length != 2 || !parts[0].matches("[0-9]{1,18}")) {
            throw Page.bad();
        }
        return new Approvals.Place(Long.parseLong(parts[0]), parts[1]);
    }

    private Answer one(Request request) {
        return approvals
                .find(request.path("id"))
                .map(whole ->
                        Answer.ok(
                                json(whole.waiting())
                                        .put("files", PolicyRoutes.files(whole.sources()))))
                .orElseGet(() -> none(request));
    }

    private Answer approve(Request request) {
        request.body();
        return switch (approvals.approve(request.path("id"), request.actor())) {
            case Approvals.Decision.Approved(Publication publication) ->
                    PolicyRoutes.answer(Optional.empty(), publication);
            case Approvals.Decision.OwnProposal(var by) ->
                    Answer.problem(
                            new Answer.Failure(
                                    403,
                                    "FW-A011",
                                    "Own proposal",
                                    by + " proposed it; somebody else has to approve it."));
            case Approvals.Decision.Gone() -> none(request);
        };
    }

    private Answer reject(Request request) {
        request.body();
        return approvals.reject(request.path("id"), request.actor())
                ? Answer.ok(new JsonObject().put("id", request.path("id")).put("rejected", true))
                : none(request);
    }

    private static Answer none(Request request) {
        return Answer.notFound("No proposal " + request.path("id") + " waits.");
    }

    static JsonObject json(Approvals.Waiting waiting) {
        return new JsonObject()
                .put("id", waiting.id())
                .put("base", waiting.base())
                .put("message", waiting.message())
                .put("at", waiting.at().toString())
                .put("by", waiting.by());
    }
}
