package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.condition.Severity;
import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.config.Tuning;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTransportTest {
    @TempDir Path directory;

    private FileTransport transport() {
        Tuning usual = Tuning.of(Format.FILE);
        Map<String, String> words = Map.of("rotateMegabytes", "1", "keepFiles", "2");
        return new FileTransport(
                new Target(
                        "file",
                        Format.FILE,
                        new Secret(directory.resolve("events.ndjson").toUri().toString()),
                        Optional.empty(),
                        Set.of("*"),
                        new Tuning(
                                new Tuning.Wanted(Optional.empty(), Severity.INFO),
                                new Tuning.Form(
                                        usual.form().shape(), Optional.empty(), Map.of(), words),
                                usual.pace(),
                                Optional.empty())),
                InstantSource.system());
    }

    private List<String> lines(String name) throws Exception {
        return Files.readAllLines(directory.resolve(name));
    }

    @Test
    void aFileThatIsFullIsSetAsideWholeAndOnlySoManyAreKept() throws Exception {
        FileTransport transport = transport();
        for (int number = 0; number < 9; number++) {
            String line =
                    new JsonObject().put("n", number).put("pad", "x".repeat(400_000)).encode();
            byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
            assertTrue(
                    transport
                            .send(List.of(), new Parcel("application/x-ndjson", body))
                            .result()
                            .accepted());
        }
        assertEquals(List.of(8), numbers("events.ndjson"));
        assertEquals(List.of(6, 7), numbers("events.ndjson.1"));
        assertEquals(List.of(4, 5), numbers("events.ndjson.2"));
        assertFalse(Files.exists(directory.resolve("events.ndjson.3")));
    }

    private List<Integer> numbers(String name) throws Exception {
        return lines(name).stream().map(line -> new JsonObject(line).getInteger("n")).toList();
    }
}
