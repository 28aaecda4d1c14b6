package io.fleetwall.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.policy.catalogue.Catalogue;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.PolicyDirectory;
import io.fleetwall.policy.document.PolicyReader;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.document.ProblemCode;
import io.fleetwall.policy.verdict.Destination;
import io.fleetwall.policy.verdict.Explanation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The repository's {@code policies/} and {@code docs/policy-reference.md}. */
class ExamplesTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void all_examples_are_read_without_a_warning() {
        assertEquals(List.of(), read().warnings());
    }

    @Test
    void every_pack_is_listed_under_its_file_name() {
        read().catalogue()
                .policies()
                .values()
                .forEach(policy ->
                        assertTrue(
                                !policy.isPack()
                                        || policy.origin().file().equals(policy.name() + ".yaml"),
                                policy.name()));
    }

    @Test
    void the_examples_do_what_they_show() {
        Scope release = job("acme", "acme/api-service", "release.yml");
        assertEquals("allowed", verdict(release, "artifacts.example.com", 8443));
        assertEquals("denied", verdict(release, "registry.npmjs.org", 443));
        assertEquals("denied", verdict(release, "169.254.169.254", 80));
        Scope build = job("acme", "acme/api-service", "build.yml");
        assertEquals("allowed", verdict(build, "registry.npmjs.org", 443));
        assertEquals("allowed", verdict(build, "10.20.30.40", 5432));
        assertEquals("denied", verdict(build, "gist.githubusercontent.com", 443));
        Scope agent = new Scope(new TreeSet<>(List.of("ai-agent")), Optional.empty());
        assertEquals("allowed", verdict(agent, "files.pythonhosted.org", 443));
        assertEquals("denied", verdict(agent, "uploads.github.com", 443));
        Scope pilot = new Scope(new TreeSet<>(List.of("fleetwall-trial")), pilotJob());
        assertEquals(Mode.ENFORCE, read().catalogue().effective(pilot).mode());
    }

    @Test
    void every_problem_code_is_documented() throws IOException {
        String reference = Files.readString(ROOT.resolve("docs/policy-reference.md"));
        for (ProblemCode code : ProblemCode.values()) {
            assertTrue(reference.contains("| `" + code.code() + "` |"), code.code());
        }
    }

    @Test
    void every_policy_in_the_reference_is_read_without_an_error() throws IOException {
        String reference = Files.readString(ROOT.resolve("docs/policy-reference.md"));
        List<String> documents =
                List.of(reference.split("```yaml\n")).stream()
                        .skip(1)
                        .map(block -> block.substring(0, block.indexOf("```")))
                        .filter(block -> block.startsWith("apiVersion"))
                        .toList();
        assertTrue(!documents.isEmpty());
        for (String document : documents) {
            assertInstanceOf(
                    PolicyReader.Reading.Policy.class,
                    PolicyReader.read("reference.yaml", document.getBytes(StandardCharsets.UTF_8)),
                    document);
        }
    }

    private static String verdict(Scope scope, String to, int port) {
        Destination destination = Destination.of(to, PortClass.TCP, port);
        Explanation explanation = Explanation.explain(read().catalogue(), scope, destination);
        return explanation.reason().allowed() ? "allowed" : "denied";
    }

    private static Scope job(String organization, String repository, String workflow) {
        Job job =
                new Job(organization, repository, workflow, "build", "refs/heads/main", "1", 1, "");
        return new Scope(new TreeSet<>(List.of("linux")), Optional.of(job));
    }

    private static Optional<Job> pilotJob() {
        return job("pilot", "pilot/app", "ci.yml").job();
    }

    private static Catalogue.Reading.Read read() {
        PolicyDirectory.Listing.Found found =
                assertInstanceOf(
                        PolicyDirectory.Listing.Found.class,
                        PolicyDirectory.list(ROOT.resolve("policies")));
        assertEquals(List.of(), found.warnings());
        return assertInstanceOf(
                Catalogue.Reading.Read.class, Catalogue.read(1, Data.NOW, found.files()));
    }
}
