package io.fleetwall.load.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be known of the images without an engine that builds them. */
final class DockerfilesTest {
    private static final String[] PROGRAMS = {"gateway", "runner-node"};

    /** Instructions, continued lines joined, comments gone. */
    private static List<String> instructions(String program) {
        return Tree.read("packaging/docker/" + program + ".Dockerfile")
                .replaceAll("(?m)^#.*\n", "")
                .replaceAll("\\\\\n\\s*", "")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<String> arguments(String program, String instruction) {
        return instructions(program).stream()
                .filter(line -> line.startsWith(instruction + " "))
                .map(line -> line.substring(instruction.length() + 1).strip())
                .toList();
    }

    private static List<String> words(String json) {
        return new JsonArray(json).stream().map(String::valueOf).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "runner-node"})
    void theCommandIsTheLaunchers(String program) {
        List<String> command = new ArrayList<>(words(arguments(program, "ENTRYPOINT").getFirst()));
        command.addAll(words(arguments(program, "CMD").getFirst()));
        String config = "/opt/fleetwall/conf/" + program + ".yaml";
        assertEquals("java", command.removeFirst());
        assertEquals(Tree.launched(program, config), command);
    }

    @Test
    void theAgentsEnvironmentIsTheLaunchers() {
        assertEquals(Tree.environment(), arguments("runner-node", "ENV").getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "runner-node"})
    void everySourceOfACopyIsInTheTreeOrMadeByTheBuild(String program) {
        for (String copy : arguments(program, "COPY")) {
            String[] words = copy.split(" ", -1);
            String source = words[0].startsWith("--from=") ? words[1] : words[0];
            Path path = Tree.ROOT.resolve(source.replaceFirst("^/src/", ""));
            assertTrue(Files.exists(path), copy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "runner-node"})
    void whatTheCommandNamesIsCopied(String program) {
        List<String> copied =
                arguments(program, "COPY").stream()
                        .filter(copy -> copy.contains("/opt/fleetwall"))
                        .map(copy -> {
                            String[] words = copy.split(" ", -1);
                            String to = words[words.length - 1];
                            String from = words[words.length - 2];
                            return to.endsWith("/")
                                    ? to + from.substring(from.lastIndexOf('/') + 1)
                                    : to;
                        })
                        .toList();
        for (String word : Tree.launched(program, "/opt/fleetwall/conf/" + program + ".yaml")) {
            int path = word.indexOf("/opt/fleetwall/");
            if (path >= 0) {
                assertTrue(copied.contains(word.substring(path)), word);
            }
        }
        assertTrue(copied.contains("/opt/fleetwall/" + program + "/target/lib"));
    }

    /** Maven reads every module of the parent before it builds one. */
    @Test
    void theBuildHasEveryModule() {
        List<String> modules =
                Tree.read("pom.xml")
                        .lines()
                        .filter(line -> line.contains("<module>"))
                        .map(line -> line.replaceAll(".*<module>(.*)</module>.*", "$1"))
                        .toList();
        assertEquals(8, modules.size());
        for (String program : PROGRAMS) {
            List<String> copies = arguments(program, "COPY");
            for (String module : modules) {
                assertTrue(copies.contains(module + " " + module), program + " lacks " + module);
            }
        }
    }

    @Test
    void theBaseIsTheSameAndItsTagIsNotLatest() {
        List<String> gateway = arguments("gateway", "FROM");
        assertEquals(gateway, arguments("runner-node", "FROM"));
        for (String base : gateway) {
            assertTrue(base.matches("eclipse-temurin:25-j(dk|re)-noble( AS build)?"), base);
        }
    }

    @Test
    void eachImagesUserIsThatOfItsPod() {
        Overlay overlay = Overlay.render("k8s/overlays/single");
        Node pod = overlay.gateway().at("spec.template.spec.securityContext");
        assertEquals(
                pod.at("runAsUser").text() + ":" + pod.at("runAsGroup").text(),
                arguments("gateway", "USER").getFirst());
        Node agent = Overlay.container(overlay.agent(), "runner-node").at("securityContext");
        assertEquals(
                agent.at("runAsUser").text() + ":" + agent.at("runAsGroup").text(),
                arguments("runner-node", "USER").getFirst());
    }

    /** The launcher installs these before it starts the agent. */
    @Test
    void theAgentsImageHasWhatTheLauncherInstalls() {
        String install = String.join(" ", arguments("runner-node", "RUN"));
        for (String needed : List.of("libbpf1", "nftables")) {
            assertTrue(Tree.read("launcher/run.sh").contains(needed), needed);
            assertTrue(install.contains(needed), needed);
        }
    }
}
