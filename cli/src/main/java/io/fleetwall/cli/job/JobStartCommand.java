package io.fleetwall.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.text.Digests;
import io.fleetwall.cli.text.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Announces a job and returns once its policy is in force: the job's first step never runs
 * unprotected. Options default to what GitHub Actions says in the environment.
 */
@Command(
        name = "start",
        description = "Announces a job; returns 0 once its policy is in force.",
        mixinStandardHelpOptions = true)
final class JobStartCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private RunnerOption runner = new RunnerOption();

    @Option(names = "--organization", description = "Default: $GITHUB_REPOSITORY_OWNER.")
    private String organization = "";

    @Option(names = "--repository", description = "Default: $GITHUB_REPOSITORY.")
    private String repository = "";

    @Option(names = "--workflow", description = "Default: file name in $GITHUB_WORKFLOW_REF.")
    private String workflow = "";

    @Option(names = "--job", description = "Default: $GITHUB_JOB.")
    private String job = "";

    @Option(names = "--ref", description = "Default: $GITHUB_REF.")
    private String ref = "";

    @Option(names = "--run-id", description = "Default: $GITHUB_RUN_ID.")
    private String runId = "";

    @Option(names = "--attempt", description = "Default: $GITHUB_RUN_ATTEMPT.")
    private String attempt = "";

    @Option(names = "--actor", description = "Default: $GITHUB_ACTOR.")
    private String actor = "";

    JobStartCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        JsonNode answer = JobSocket.ask(surroundings.jobSocket(), request());
        surroundings
                .out()
                .println(
                        runner.json()
                                ? Json.line(answer)
                                : "policy revision %s in force after %s ms (digest %s)"
                                        .formatted(
                                                answer.path("revision").asText(),
                                                answer.path("millis").asText(),
                                                Digests.brief(answer.path("digest"))));
        return ExitCode.OK;
    }

    private ObjectNode request() {
        String fullRepository = or(repository, "GITHUB_REPOSITORY");
        String owner = fullRepository.contains("/") ? fullRepository.split("/", 2)[0] : "";
        String statedOwner = or(organization, "GITHUB_REPOSITORY_OWNER");
        String workflowRef = surroundings.variable("GITHUB_WORKFLOW_REF").orElse("");
        return Json.object()
                .put("op", "start")
                .put("runner", runner.name(surroundings))
                .put("organization", statedOwner.isEmpty() ? owner : statedOwner)
                .put("repository", fullRepository)
                .put("workflow", workflow.isEmpty() ? workflowFile(workflowRef) : workflow)
                .put("job", or(job, "GITHUB_JOB"))
                .put("ref", or(ref, "GITHUB_REF"))
                .put("runId", or(runId, "GITHUB_RUN_ID"))
                .put("attempt", attempt(or(attempt, "GITHUB_RUN_ATTEMPT")))
                .put("actor", or(actor, "GITHUB_ACTOR"));
    }

    private String or(String option, String variable) {
        return option.isEmpty() ? surroundings.variable(variable).orElse("") : option;
    }

    /** {@code acme/api/.github/workflows/build.yml@refs/heads/main} names {@code build.yml}. */
    static String workflowFile(String workflowRef) {
        String path = workflowRef.split("@", 2)[0];
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static int attempt(String text) {
        try {
            return text.isEmpty() ? 1 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ToolException(
                    ExitCode.USAGE, "'" + text + "' is no attempt", "a number from 1");
        }
    }
}
