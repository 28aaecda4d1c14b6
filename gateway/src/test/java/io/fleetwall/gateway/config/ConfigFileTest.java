package io.fleetwall.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
    private static final Map<String, String> NONE = Map.of();
    @TempDir Path directory;

    private ConfigReading read(String yaml, Map<String, String> variables) throws IOException {
        return ConfigFile.read(
                Files.writeString(directory.resolve("gateway.yaml"), yaml), variables);
    }

    private GatewayConfig good(String yaml, Map<String, String> variables) throws IOException {
        return switch (read(yaml, variables)) {
            case ConfigReading.Read(var config) -> config;
            case ConfigReading.Refused(var problems) -> throw new AssertionError(problems);
        };
    }

    private List<ConfigProblem> bad(String yaml, Map<String, String> variables) throws IOException {
        return switch (read(yaml, variables)) {
            case ConfigReading.Read(var config) -> throw new AssertionError(config);
            case ConfigReading.Refused(var problems) -> problems;
        };
    }

    private static Set<String> keys(List<ConfigProblem> problems) {
        return problems.stream().map(ConfigProblem::key).collect(Collectors.toSet());
    }

    @Test
    void anEmptyMappingMeansEveryDefault() throws IOException {
        GatewayConfig config = good("{}\n", NONE);
        assertEquals("gateway-1", config.name());
        assertEquals("127.0.0.1:7070", config.api().listen().toString());
        assertEquals("0.0.0.0:7443", config.link().listen().toString());
        assertTrue(config.policies().directory().isEmpty());
    }

    @Test
    void theShippedFileReadsAndShowsTheDefaults() {
        Path shipped = Path.of("..", "conf", "gateway.yaml");
        ConfigReading reading = ConfigFile.read(shipped, NONE);
        if (!(reading instanceof ConfigReading.Read(var config))) {
            throw new AssertionError(reading);
        }
        assertEquals(Path.of("policies"), config.policies().directory().orElseThrow());
        assertEquals(32, config.link().window());
    }

    @Test
    void baselinesAreLearnedUnlessTheSettingsSayOtherwise() throws IOException {
        var usual = GatewayConfig.Baseline.USUAL;
        assertEquals(Optional.of(usual), good("{}\n", NONE).events().baseline());
        assertEquals(
                Optional.empty(),
                good("events: { baseline: { learn: false } }\n", NONE).events().baseline());
        assertEquals(
                Optional.of(new GatewayConfig.Baseline(3, Duration.ofDays(7), 50)),
                good("events: { baseline: { runs: 3, days: 7, destinations: 50 } }\n", NONE)
                        .events()
                        .baseline());
        assertEquals(
                Set.of("events.baseline.learn", "events.baseline.runs", "events.baseline.max"),
                keys(bad("events: { baseline: { learn: maybe, runs: 0, max: 1 } }\n", NONE)));
    }

    @Test
    void aTargetThatNamesNoKindsGetsWhatSomebodyMustKnow() throws IOException {
        Set<String> kinds =
                good(
                                "webhooks: { targets: [{ name: a, type: slack, url: \"https://x/y\" }] }\n",
                                NONE)
                        .webhooks()
                        .targets()
                        .getFirst()
                        .kinds();
        assertTrue(
                kinds.containsAll(Set.of("job.unprotected", "baseline.deviation")),
                () -> kinds + "");
        assertFalse(kinds.contains("flow.allowed"));
    }

    @Test
    void everyProblemIsReportedAtOnce() throws IOException {
        List<ConfigProblem> problems =
                bad(
                        """
                        api: { listen: "0.0.0.0:7070", maxBodyKilobytes: 0 }
                        link: { listen: nowhere, windw: 3 }
                        cluster: { bind: "0.0.0.0:5701", members: [example.com:1] }
                        policies: [a]
                        events: { retentionDays: many }
                        webhooks:
                          allowPrivateTargets: [here]
                          targets:
                            - { name: a, type: fax, url: "ftp://x" }
                            - { name: b, type: slack }
                        extra: 1
                        """,
                        NONE);
        assertEquals(
                Set.of(
                        "api.listen",
                        "api.maxBodyKilobytes",
                        "link.listen",
                        "link.windw",
                        "cluster.bind",
                        "cluster.members",
                        "policies",
                        "events.retentionDays",
                        "webhooks.allowPrivateTargets",
                        "webhooks.targets[0].type",
                        "webhooks.targets[0].url",
                        "webhooks.targets[1].url",
                        "extra"),
                keys(problems));
        problems.forEach(problem -> assertFalse(problem.hint().isBlank(), problem::toString));
    }

    @Test
    void aSecondPersonIsNotAskedForWhatADirectorySays() throws IOException {
        assertEquals(
                GatewayConfig.Approval.ANOTHER_PERSON,
                good("policies: { requireApproval: true }\n", NONE).policies().approval());
        for (String no :
                List.of("{ requireApproval: true, directory: p }", "{ requireApproval: 1 }")) {
            assertEquals(
                    Set.of("policies.requireApproval"), keys(bad("policies: " + no + "\n", NONE)));
        }
    }

    @Test
    void aLiteMemberNeedsMembersAndHasNoStore() throws IOException {
        GatewayConfig member =
                good(
                        "cluster: { lite: member, bind: '10.0.0.9:5701', members: ['a:5701'] }\n",
                        NONE);
        assertEquals(GatewayConfig.Lite.MEMBER, member.cluster().lite());
        GatewayConfig host = good("cluster: { lite: host, bind: '10.0.0.1:5701' }\n", NONE);
        assertEquals(GatewayConfig.Lite.HOST, host.cluster().lite());
        assertEquals(Set.of("cluster.members"), keys(bad("cluster: { lite: member }\n", NONE)));
        assertEquals(Set.of("cluster.lite"), keys(bad("cluster: { lite: yes please }\n", NONE)));
        assertEquals(
                Set.of("cluster.lite"),
                keys(
                        bad(
                                """
                                cluster: { lite: member, members: ['a:5701'] }
                                store: { type: postgresql, url: 'postgresql://h/d' }
                                """,
                                NONE)));
    }

    @Test
    void variablesOverrideAnyKeyAndUnknownOnesAreReported() throws IOException {
        GatewayConfig config =
                good(
                        "link: { names: [a] }\n",
                        Map.of(
                                "FLEETWALL_GATEWAY_API_LISTEN", "127.0.0.1:9",
                                "FLEETWALL_GATEWAY_LINK_LOST_AFTER_MILLIS", "700",
                                "FLEETWALL_GATEWAY_LINK_NAMES", "b, c"));
        assertEquals(9, config.api().listen().port());
        assertEquals(700, config.link().lostAfter().toMillis());
        assertEquals(List.of("b", "c"), config.link().names());
        assertEquals(
                Set.of("FLEETWALL_GATEWAY_API_LISTN"),
                keys(bad("{}", Map.of("FLEETWALL_GATEWAY_API_LISTN", "x"))));
    }

    @Test
    void credentialsComeFromFilesAndVariablesAndAreNeverPrinted() throws IOException {
        Path url =
                Files.writeString(directory.resolve("url"), "https://hooks.example.com/T0/key\n");
        GatewayConfig config =
                good(
                        """
                        webhooks:
                          targets:
                            - { name: s, type: slack, urlFile: %s }
                            - { name: g, type: generic, urlEnv: HOOK, secretEnv: HOOK_KEY }
                        """
                                .formatted(url),
                        Map.of(
                                "HOOK",
                                "https://siem.example.com/in",
                                "HOOK_KEY",
                                "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
        assertEquals(
                "https://hooks.example.com/T0/key",
                config.webhooks().targets().getFirst().url().reveal());
        assertFalse(config.toString().contains("T0/key"), config::toString);
        assertFalse(config.toString().contains("MDEy"), config::toString);
        List<ConfigProblem> problems =
                bad(
                        """
                        webhooks:
                          targets: [{ name: g, type: generic, url: "https://u:p4ss@x/", secret: short }]
                        """,
                        NONE);
        assertEquals(
                Set.of("webhooks.targets[0].url", "webhooks.targets[0].secret"), keys(problems));
        assertFalse(problems.toString().contains("p4ss"), problems::toString);
    }

    @Test
    void aFileThatIsNotYamlOrNotThereSaysSo() throws IOException {
        assertEquals(1, bad("a: [", NONE).size());
        assertTrue(
                ConfigFile.read(directory.resolve("absent.yaml"), NONE)
                        instanceof ConfigReading.Refused);
    }
}
