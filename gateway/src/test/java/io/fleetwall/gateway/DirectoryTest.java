package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static io.fleetwall.gateway.GatewayUnderTest.watching;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryTest {
    @TempDir Path state;
    @TempDir Path policies;

    @BeforeEach
    void firstPolicy() throws IOException {
        Files.writeString(policies.resolve("acme.yaml"), ALLOW_NPM);
    }

    private GatewayUnderTest start() {
        return GatewayUnderTest.start(state, config -> watching(config, policies));
    }

    @Test
    void whatTheDirectoryHoldsAtTheStartIsPublishedOnce() {
        try (GatewayUnderTest gateway = start()) {
            assertEquals(1, gateway.head());
        }
        try (GatewayUnderTest gateway = start()) {
            assertEquals(1, gateway.head());
        }
    }

    @Test
    void aSavedFileIsPublishedWhetherWrittenOrRenamedIntoPlace() throws IOException {
        try (GatewayUnderTest gateway = start()) {
            Files.writeString(policies.resolve("acme.yaml"), ALLOW_PYPI);
            Eventually.holds("the edit is published", () -> gateway.head() == 2);
            Path fresh = Files.writeString(policies.resolve(".acme.swp"), ALLOW_NPM + "# three\n");
            Files.move(fresh, policies.resolve("acme.yaml"), StandardCopyOption.ATOMIC_MOVE);
            Eventually.holds("the rename is published", () -> gateway.head() == 3);
        }
    }

    @Test
    void aNewSubdirectoryIsWatchedToo() throws IOException {
        try (GatewayUnderTest gateway = start()) {
            Path teams = Files.createDirectory(policies.resolve("teams"));
            Files.writeString(
                    teams.resolve("web.yaml"), ALLOW_PYPI.replace("name: acme", "name: web"));
            Eventually.holds("the new file is published", () -> gateway.head() == 2);
            Files.writeString(
                    teams.resolve("web.yaml"),
                    ALLOW_PYPI.replace("name: acme", "name: web") + "# again\n");
            Eventually.holds("its edit is published", () -> gateway.head() == 3);
        }
    }

    @Test
    void aBrokenFileIsReportedAndTheRunningRevisionStays() throws IOException {
        try (GatewayUnderTest gateway = start()) {
            Files.writeString(policies.resolve("acme.yaml"), "kind: nonsense\n");
            Eventually.holds(
                    "policy.refused is reported",
                    () -> events(gateway, "policy.refused").size() == 1);
            assertEquals(1, gateway.head());
            String message =
                    events(gateway, "policy.refused").getJsonObject(0).getString("message");
            assertTrue(message.contains("acme.yaml"), message);
            Files.writeString(policies.resolve("acme.yaml"), ALLOW_PYPI);
            Eventually.holds("the correction is published", () -> gateway.head() == 2);
        }
    }

    @Test
    void aRollbackOutlivesARestartUntilTheDirectoryChanges() throws IOException {
        try (GatewayUnderTest gateway = start()) {
            Files.writeString(policies.resolve("acme.yaml"), ALLOW_PYPI);
            Eventually.holds("the edit is published", () -> gateway.head() == 2);
            assertEquals(
                    201,
                    gateway.post("/api/v1/policies:rollback", new JsonObject().put("to", 1))
                            .status());
        }
        try (GatewayUnderTest gateway = start()) {
            JsonObject head = gateway.get("/api/v1/policies/revisions/head").body();
            assertEquals(3, head.getLong("revision"));
            assertEquals("rollback", head.getString("cause"));
            Files.writeString(policies.resolve("acme.yaml"), ALLOW_PYPI + "# now\n");
            Eventually.holds("the next edit is published", () -> gateway.head() == 4);
        }
    }

    private static io.vertx.core.json.JsonArray events(GatewayUnderTest gateway, String kind) {
        return gateway.get("/api/v1/events?kind=" + kind).body().getJsonArray("events");
    }
}
