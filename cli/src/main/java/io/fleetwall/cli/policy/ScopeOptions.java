package io.fleetwall.cli.policy;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The job and the runner a question is about. */
final class ScopeOptions {
    @Option(names = "--label", description = "A label of the runner; repeat for more.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--organization", description = "For example acme.")
    private String organization = "";

    @Option(names = "--repository", description = "For example acme/api-service.")
    private String repository = "";

    @Option(names = "--workflow", description = "For example build.yml.")
    private String workflow = "";

    @Option(names = "--job", description = "The job's id in its workflow.")
    private String job = "";

    @Option(names = "--ref", description = "For example refs/heads/main.")
    private String ref = "";

    /** As the policy engine wants it; no job when nothing of one was said. */
    Scope scope() {
        boolean idle =
                Stream.of(organization, repository, workflow, job, ref).allMatch(String::isEmpty);
        return new Scope(
                new TreeSet<>(labels),
                idle
                        ? Optional.empty()
                        : Optional.of(new Job(owner(), repository, workflow, job, ref, "", 1, "")));
    }

    private String owner() {
        return organization.isEmpty() && repository.contains("/")
                ? repository.substring(0, repository.indexOf('/'))
                : organization;
    }
}
