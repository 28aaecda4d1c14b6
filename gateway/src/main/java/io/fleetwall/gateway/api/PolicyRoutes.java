package io.fleetwall.gateway.api;

import io.fleetwall.gateway.catalogue.Approvals;
import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.catalogue.Proposal;
import io.fleetwall.gateway.catalogue.Publication;
import io.fleetwall.gateway.catalogue.Revision;
import io.fleetwall.gateway.catalogue.Snapshot;
import io.fleetwall.policy.document.Problem;
import io.fleetwall.policy.document.SourceFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Publish, validate, roll back and look at policies. */
final class PolicyRoutes {
    private final Policies policies;
    private final Approvals approvals;

    PolicyRoutes(Policies policies, Approvals approvals) {
        this.policies = policies;
        this.approvals = approvals;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.VALIDATE, this::validate);
        endpoints.serve(router, Operation.PUBLISH, this::publish);
        endpoints.serve(router, Operation.ROLLBACK, this::rollback);
        endpoints.serve(router, Operation.REVISIONS, this::history);
        endpoints.serve(router, Operation.REVISION, this::show);
    }

    private Answer validate(Request request) {
        JsonObject body = request.body("message", "expectedRevision", "files");
        return answer(Optional.empty(), policies.validate(files(body)));
    }

    private Answer publish(Request request) {
        JsonObject body = request.body("message", "expectedRevision", "files");
        String message = Request.text(body, "message", "");
        Optional<Long> match = EntityTag.revisionIn(request.header("If-Match"));
        Optional<Long> expected = Request.number(body, "expectedRevision").or(() -> match);
        if (match.isPresent() && !match.equals(expected)) {
            throw new RefusedRequest("If-Match and expectedRevision name different revisions");
        }
        var author = new Proposal.Author(request.actor(), Revision.Cause.API, message);
        Proposal proposal = new Proposal(files(body), author, expected);
        return approvals.needed()
                ? proposed(match, proposal)
                : answer(match, policies.publish(proposal));
    }

    /** What reads well, on top of the head, waits for somebody else. */
    private Answer proposed(Optional<Long> match, Proposal proposal) {
        long head = policies.current().revision().number();
        long base = proposal.expected().orElse(head);
        Publication checked =
                base == head
                        ? policies.validate(proposal.sources())
                        : new Publication.Conflict(base, head);
        return switch (checked) {
            case Publication.Unchanged(var revision, var warnings) ->
                    Answer.accepted(
                            outcome(revision, warnings)
                                    .put("changed", false)
                                    .put("proposal", approvals.propose(proposal).id()));
            case Publication other -> answer(match, other);
        };
    }

    private Answer rollback(Request request) {
        JsonObject body = request.body("to", "message");
        long to =
                Request.number(body, "to")
                        .orElseThrow(() -> new RefusedRequest("to must name a revision"));
        String message = Request.text(body, "message", "rollback to revision " + to);
        Optional<Long> match = EntityTag.revisionIn(request.header("If-Match"));
        return policies.rollback(
                        to,
                        new Proposal.Author(request.actor(), Revision.Cause.ROLLBACK, message),
                        match)
                .map(publication -> answer(match, publication))
                .orElseGet(() -> Answer.notFound("There is no revision " + to + "."));
    }

    private Answer history(Request request) {
        long before = request.number("before", Long.MAX_VALUE, Long.MAX_VALUE);
        Page page = new Page(request, "revisions", 50);
        return page.of(
                policies.history(page.after(before), page.looked()),
                revision -> Long.toString(revision.number()),
                PolicyRoutes::json);
    }

    private Answer show(Request request) {
        String which = request.path("number");
        Optional<Snapshot> found =
                which.equals("head")
                        ? Optional.of(policies.current())
                        : policies.load(Request.number("revision", which, Long.MAX_VALUE));
        if (found.isEmpty()) {
            return Answer.notFound("There is no revision " + which + ".");
        }
        Revision revision = found.get().revision();
        return Answer.ok(
                        json(revision)
                                .put("files", files(found.get().catalogue().sources().values())))
                .with("ETag", EntityTag.revision(revision.number()));
    }

    static JsonArray files(Collection<SourceFile> sources) {
        JsonArray files = new JsonArray();
        for (SourceFile file : sources) {
            files.add(new JsonObject().put("path", file.path()).put("text", file.text()));
        }
        return files;
    }

    private static List<SourceFile> files(JsonObject body) {
        if (!(body.getValue("files") instanceof JsonArray array)) {
            throw new RefusedRequest("files must be a list of {path, text}");
        }
        List<SourceFile> files = new ArrayList<>();
        for (Object element : array) {
            if (!(element instanceof JsonObject file)
                    || !(file.getValue("path") instanceof String path)
                    || !(file.getValue("text") instanceof String text)) {
                throw new RefusedRequest("every file needs a path and a text");
            }
            Request.only(file, "a file", "path", "text");
            files.add(SourceFile.of(path, text));
        }
        if (files.stream().map(SourceFile::path).distinct().count() != files.size()) {
            throw new RefusedRequest("two files have the same path");
        }
        return files;
    }

    static Answer answer(Optional<Long> match, Publication publication) {
        return switch (publication) {
            case Publication.Published(var revision, var warnings) ->
                    Answer.created(outcome(revision, warnings).put("changed", true));
            case Publication.Unchanged(var revision, var warnings) ->
                    Answer.ok(outcome(revision, warnings).put("changed", false));
            case Publication.Refused(var problems) -> {
                yield Answer.problem(
                        new Answer.Failure(
                                422,
                                "FW-A422",
                                "Policies refused",
                                problems.size() + " problem(s); the running revision stays."),
                        new JsonObject().put("problems", problems(problems)));
            }
            case Publication.Conflict(var expected, var head) ->
                    match.isPresent()
                            ? failed(head)
                            : Answer.problem(
                                    new Answer.Failure(
                                            409,
                                            "FW-A409",
                                            "Somebody else published",
                                            "Expected revision "
                                                    + expected
                                                    + ", but the head is "
                                                    + head
                                                    + "."));
        };
    }

    private static Answer failed(long head) {
        return Answer.problem(
                        new Answer.Failure(
                                412,
                                "FW-A412",
                                "Not the head any more",
                                "If-Match names another revision than the head, "
                                        + EntityTag.revision(head)
                                        + "; nothing was changed."))
                .with("ETag", EntityTag.revision(head));
    }

    private static JsonObject outcome(Revision revision, List<Problem> warnings) {
        return new JsonObject()
                .put("revision", revision.number())
                .put("digest", revision.digest())
                .put("warnings", problems(warnings));
    }

    static JsonArray problems(List<Problem> problems) {
        JsonArray array = new JsonArray();
        for (Problem problem : problems) {
            array.add(
                    new JsonObject()
                            .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                            .put("code", problem.code())
                            .put("file", problem.origin().file())
                            .put("line", problem.origin().line())
                            .put("column", problem.origin().column())
                            .put("message", problem.message())
                            .put("hint", problem.hint()));
        }
        return array;
    }

    static JsonObject json(Revision revision) {
        return new JsonObject()
                .put("revision", revision.number())
                .put("digest", revision.digest())
                .put("asOf", revision.asOf().toString())
                .put("at", revision.at().toString())
                .put("by", revision.by())
                .put("cause", revision.cause().name().toLowerCase(Locale.ROOT))
                .put("message", revision.message())
                .put("fileCount", revision.files());
    }
}
