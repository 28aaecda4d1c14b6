package io.fleetwall.policy.catalogue;

/**
 * A CI job as its hook announces it. Unknown parts are empty strings, which only a pattern {@code
 * "*"} or an absent match key accepts.
 *
 * @param organization for example {@code acme}
 * @param repository with its owner, for example {@code acme/api-service}
 * @param workflow file name, for example {@code build.yml}
 * @param job job id within the workflow
 * @param ref full ref, for example {@code refs/heads/main}
 * @param runId the CI system's run id
 * @param attempt the CI system's attempt, from 1
 * @param actor who started it
 */
public record Job(
        String organization,
        String repository,
        String workflow,
        String job,
        String ref,
        String runId,
        int attempt,
        String actor) {}
