package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The public keys of an identity provider (RFC 7517), from its address or a file. Only keys of
 * asymmetric algorithms are taken: a shared secret in a public document is no secret.
 */
final class KeySet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Some hundred keys; a provider that sends more is not listened to. */
    private static final int LONGEST = 1 << 20;

    private static final Set<String> FAMILIES = Set.of("RSA", "EC", "OKP");
    private final GatewayConfig.KeySource source;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    KeySet(GatewayConfig.KeySource source) {
        this.source = source;
    }

    /** Reads them now. Blocks for some seconds at the worst. */
    List<JsonObject> read() throws IOException, InterruptedException {
        String text =
                switch (source) {
                    case GatewayConfig.KeySource.Address(var uri) -> fetch(uri);
                    case GatewayConfig.KeySource.File(var path) -> Files.readString(path);
                };
        List<JsonObject> keys = new ArrayList<>();
        try {
            JsonArray array = new JsonObject(text).getJsonArray("keys", new JsonArray());
            for (int i = 0; i < array.size(); i++) {
                JsonObject key = array.getJsonObject(i);
                if (FAMILIES.contains(key.getString("kty", ""))
                        && key.getString("use", "sig").equals("sig")) {
                    keys.add(key);
                }
            }
        } catch (RuntimeException malformed) {
            throw new IOException("not a JSON Web Key Set", malformed);
        }
        return keys;
    }

    private String fetch(URI uri) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(
                        HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(LONGEST + 1);
            if (response.statusCode() != 200 || bytes.length > LONGEST) {
                throw new IOException(
                        uri
                                + " answered "
                                + response.statusCode()
                                + ", "
                                + bytes.length
                                + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
