package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Stores;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** From each kind of store to the other. */
@ParameterizedClass
@EnumSource(Stores.class)
final class StoreCommandTest {
    @Parameter Stores stores = Stores.SQLITE;
    @TempDir Path directory;
    private Place from = new Place(new GatewayConfig.Store.Embedded(), Path.of("from"));
    private Place to = new Place(new GatewayConfig.Store.Embedded(), Path.of("to"));

    private record Ran(int status, String out) {}

    private record Place(GatewayConfig.Store store, Path state) {
        GatewayUnderTest start() {
            return GatewayUnderTest.start(state, c -> GatewayUnderTest.on(c, store));
        }

        Path settings() throws IOException {
            String text =
                    switch (store) {
                        case GatewayConfig.Store.Embedded() -> "state: { directory: '%s' }\n";
                        case GatewayConfig.Store.Postgresql(var url, var user, var password) ->
                                "state: { directory: '%s' }\ncluster: { secret: '"
                                        + "0123456789abcdef0123456789abcdef' }\nstore:"
                                        + " { type: postgresql, url: '"
                                        + url
                                        + "' }\n";
                    };
            Files.createDirectories(state);
            return Files.writeString(
                    state.resolveSibling(state.getFileName() + ".yaml"), text.formatted(state));
        }
    }

    @BeforeEach
    void places() {
        from = new Place(stores.fresh(), directory.resolve("from"));
        Stores other = stores == Stores.SQLITE ? Stores.POSTGRESQL : Stores.SQLITE;
        to = new Place(other.fresh(), directory.resolve("to"));
        try (GatewayUnderTest gateway = from.start()) {
            gateway.publish(ALLOW_NPM);
            gateway.publish(ALLOW_PYPI);
            TestNode.enrol(gateway, "n");
        }
    }

    private Ran run(Place place, String verb, String... more) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> words =
                new ArrayList<>(List.of(verb, "--config", place.settings().toString()));
        words.addAll(List.of(more));
        int status =
                StoreCommand.run(
                        words, Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8));
        return new Ran(status, out.toString(StandardCharsets.UTF_8));
    }

    private static String number(Ran ran) {
        return ran.out().replaceAll(" .*", "").strip();
    }

    @Test
    void aStoreMovesToAnotherKindOfStoreAndWorksOnThere() throws Exception {
        String backup = directory.resolve("backup").toString();
        Ran written = run(from, "backup", backup);
        assertEquals(0, written.status(), written::out);
        Ran restored = run(to, "restore", backup);
        assertEquals(0, restored.status(), restored::out);
        assertEquals(number(written), number(restored));
        Ran verified = run(to, "verify");
        assertEquals(0, verified.status(), verified::out);
        try (GatewayUnderTest gateway = to.start()) {
            assertEquals(2, gateway.head());
            assertEquals(3, gateway.publish(ALLOW_NPM).revision());
            assertEquals(200, gateway.post("/api/v1/nodes/n/revoke", new JsonObject()).status());
        }
        assertEquals(0, run(to, "verify").status());
        Ran refused = run(to, "restore", backup);
        assertEquals(1, refused.status(), refused::out);
        assertTrue(refused.out().contains("--force"), refused::out);
        assertEquals(0, run(to, "restore", backup, "--force").status());
        try (GatewayUnderTest gateway = to.start()) {
            assertEquals(2, gateway.head());
        }
    }

    @Test
    void aDamagedBackupChangesNothing() throws Exception {
        Path backup = directory.resolve("backup");
        assertEquals(0, run(from, "backup", backup.toString()).status());
        byte[] bytes = Files.readAllBytes(backup);
        Files.write(backup, Arrays.copyOf(bytes, bytes.length / 2));
        Ran half = run(from, "restore", backup.toString(), "--force");
        assertEquals(1, half.status(), half::out);
        bytes[bytes.length / 2] ^= 1;
        Files.write(backup, bytes);
        Ran flipped = run(from, "restore", backup.toString(), "--force");
        assertEquals(1, flipped.status(), flipped::out);
        assertEquals(0, run(from, "verify").status());
        try (GatewayUnderTest gateway = from.start()) {
            assertEquals(2, gateway.head());
        }
    }

    @Test
    void whatWasChangedBehindTheGatewayIsFound() throws Exception {
        assertEquals(0, run(from, "verify").status());
        try (Database database =
                Database.open(from.store(), from.state().resolve("fleetwall.db"))) {
            database.write(transaction -> {
                transaction.update(
                        switch (stores) {
                            case SQLITE -> "DROP TRIGGER policy_revision_unchanged";
                            case POSTGRESQL -> "ALTER TABLE policy_revision DISABLE TRIGGER USER";
                        });
                return transaction.update(
                        "UPDATE policy_revision SET sources = (SELECT sources FROM"
                                + " policy_revision WHERE revision = 2) WHERE revision = 1");
            });
        }
        Ran found = run(from, "verify");
        assertEquals(1, found.status());
        assertEquals("revision 1 is not what was published\n", found.out());
    }
}
