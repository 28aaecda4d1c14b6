package io.fleetwall.gateway;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/** An OpenID provider of its own: keys behind a real HTTP address, tokens signed with them. */
final class IdentityProvider implements AutoCloseable {
    static final String ISSUER = "https://login.acme.example";
    static final String AUDIENCE = "fleetwall";
    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Key key = Key.make("k1");

    /** A signing key under its name. */
    record Key(String id, KeyPair pair) {
        static Key make(String id) {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2_048);
                return new Key(id, generator.generateKeyPair());
            } catch (GeneralSecurityException missing) {
                throw new AssertionError(missing);
            }
        }
    }

    IdentityProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/jwks",
                exchange -> {
                    asked.incrementAndGet();
                    byte[] body = jwks().toBuffer().getBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    }

    int asked() {
        return asked.get();
    }

    /** From now on another key signs, and the old one is no longer published. */
    void rotate() {
        key = Key.make("k2");
    }

    JsonObject jwks() {
        RSAPublicKey rsa = (RSAPublicKey) key.pair().getPublic();
        return new JsonObject()
                .put(
                        "keys",
                        new JsonArray()
                                .add(
                                        new JsonObject()
                                                .put("kty", "RSA")
                                                .put("use", "sig")
                                                .put("alg", "RS256")
                                                .put("kid", key.id())
                                                .put("n", number(rsa.getModulus()))
                                                .put("e", number(rsa.getPublicExponent())))
                                .add(
                                        new JsonObject()
                                                .put("kty", "oct")
                                                .put("alg", "HS256")
                                                .put("kid", "shared")
                                                .put("k", text("everybody can read this"))));
    }

    JsonObject claims(String... roles) {
        JsonArray names = new JsonArray();
        for (String role : roles) {
            names.add(role);
        }
        return new JsonObject()
                .put("iss", ISSUER)
                .put("aud", AUDIENCE)
                .put("sub", "alice")
                .put("exp", Instant.now().getEpochSecond() + 300)
                .put("realm", new JsonObject().put("roles", names));
    }

    String sign(JsonObject claims) {
        return sign(claims, key);
    }

    static String sign(JsonObject claims, Key key) {
        String signed =
                text(new JsonObject().put("alg", "RS256").put("kid", key.id()).encode())
                        + "."
                        + text(claims.encode());
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.pair().getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return base64(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }

    static String text(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
