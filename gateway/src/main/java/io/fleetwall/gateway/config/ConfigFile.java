package io.fleetwall.gateway.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Reads the settings file with Vert.x Config. It uses a small Vert.x of its own, because the
 * gateway's is clustered and how to cluster stands in this very file.
 */
public final class ConfigFile {
    private ConfigFile() {}

    /** Reads a YAML file and the variables that override it. */
    public static ConfigReading read(Path file, Map<String, String> variables) {
        if (!Files.isReadable(file)) {
            return refused(file, "cannot be read", "give an existing file with --config");
        }
        VertxOptions small =
                new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setWorkerPoolSize(1)
                        .setInternalBlockingPoolSize(2);
        Vertx vertx = Vertx.vertx(small);
        try {
            return SettingsReader.read(document(vertx, file), variables);
        } catch (CompletionException broken) {
            Throwable cause = broken.getCause() == null ? broken : broken.getCause();
            return refused(file, "is not YAML: " + cause.getMessage(), "correct the file");
        } finally {
            vertx.close();
        }
    }

    private static JsonObject document(Vertx vertx, Path file) {
        ConfigStoreOptions store =
                new ConfigStoreOptions()
                        .setType("file")
                        .setFormat("yaml")
                        .setConfig(new JsonObject().put("path", file.toAbsolutePath().toString()));
        ConfigRetriever retriever =
                ConfigRetriever.create(
                        vertx, new ConfigRetrieverOptions().setScanPeriod(-1).addStore(store));
        return retriever
                .getConfig()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static ConfigReading refused(Path file, String message, String hint) {
        return new ConfigReading.Refused(
                List.of(new ConfigProblem(file.toString(), message, hint)));
    }
}
