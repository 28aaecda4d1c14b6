package io.fleetwall.gateway.baseline;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What a baseline is of: a workflow of a repository, whoever runs it and wherever. */
public record Workflow(String organization, String repository, String name) {
    /** The workflow of an event's job; empty when it has none, or the job has no name for it. */
    static Optional<Workflow> of(JsonObject event) {
        JsonObject job = event.getJsonObject("job");
        if (job == null) {
            return Optional.empty();
        }
        Workflow workflow =
                new Workflow(
                        KeyText.of(job.getString("organization", "")),
                        KeyText.of(job.getString("repository", "")),
                        KeyText.of(job.getString("workflow", "")));
        return workflow.repository.isEmpty() && workflow.name.isEmpty()
                ? Optional.empty()
                : Optional.of(workflow);
    }

    /** For people. */
    public String text() {
        String whose = repository.isEmpty() ? organization : repository;
        return name.isEmpty() ? whose : whose.isEmpty() ? name : whose + " " + name;
    }
}
