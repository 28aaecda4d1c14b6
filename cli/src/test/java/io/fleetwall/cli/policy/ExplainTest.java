package io.fleetwall.cli.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import io.fleetwall.cli.StubGateway;
import io.fleetwall.cli.text.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainTest {
    private static final String POLICY =
            """
            apiVersion: fleetwall.io/v1
            kind: EgressPolicy
            metadata: { name: acme }
            spec:
              match: { organization: acme }
              allow:
                - host: registry.example.com
                - cidr: 2001:db8:20::/48
                  ports: [53/udp, 5432/tcp]
            """;

    @TempDir private Path directory = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("acme.yaml"), POLICY);
    }

    private Ran explain(String destination, String expected) {
        return Ran.with(
                Map.of(),
                "policy",
                "explain",
                destination,
                "--expect",
                expected,
                "--directory",
                directory.toString(),
                "--repository",
                "acme/api-service");
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example.com, allowed",
        "registry.example.com:443/tcp, allowed",
        "registry.example.com:443/udp, denied",
        "registry.example.com:80, denied",
        "evil.example.com, denied",
        "[2001:db8:20::1]:5432, allowed",
        "2001:db8:20::1, denied",
        "[2001:db8:20::1]:53/udp, denied",
        "192.0.2.1/icmp-echo, denied"
    })
    void destinationsAreReadAsPeopleWriteThem(String destination, String expected) {
        Ran ran = explain(destination, expected);
        assertEquals(ExitCode.OK, ran.exitCode(), ran.out());
        assertTrue(ran.out().startsWith(expected + ": "), ran.out());
    }

    @Test
    void theDecidingRuleIsNamedWithItsPlace() {
        assertTrue(explain("registry.example.com", "allowed").out().contains("acme.yaml:7:7"));
    }

    @Test
    void anExpectationThatIsNotMetFails() {
        assertEquals(ExitCode.FAILED, explain("evil.example.com", "allowed").exitCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":443", "host:port", "host:443/sctp", "host:70000", "a b/tcp/x"})
    void whatIsNoDestinationIsAUsageError(String text) {
        assertEquals(ExitCode.USAGE, explain(text, "denied").exitCode());
    }

    @Test
    void aRevisionOfTheGatewayIsExplainedAsOfItsPublication() throws IOException {
        String expiring = POLICY + "      expires: 2026-01-01T00:00:00Z\n";
        String revision =
                Json.object()
                        .put("revision", 7)
                        .put("asOf", "2025-12-31T00:00:00Z")
                        .set(
                                "files",
                                Json.object()
                                        .arrayNode()
                                        .add(
                                                Json.object()
                                                        .put("path", "acme.yaml")
                                                        .put("text", expiring)))
                        .toString();
        try (StubGateway gateway = new StubGateway()) {
            gateway.on("GET /api/v1/policies/revisions/7", 200, revision);
            Ran ran =
                    gateway.run(
                            "policy",
                            "explain",
                            "[2001:db8:20::1]:5432",
                            "--revision",
                            "7",
                            "--organization",
                            "acme",
                            "--expect",
                            "allowed");
            assertEquals(ExitCode.OK, ran.exitCode(), ran.out() + ran.err());
        }
    }
}
