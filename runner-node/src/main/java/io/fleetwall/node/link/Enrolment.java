package io.fleetwall.node.link;

import io.fleetwall.node.config.NodeConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.spec.ECGenParameterSpec;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * Turns an enrolment token into an identity: a fresh key pair, a certificate request (RFC 2986),
 * one POST to the gateway whose authority is pinned by its fingerprint. Later a certificate for the
 * next one.
 */
final class Enrolment {
    /** Three certificates and some keys; a server that sends more is not answered to. */
    private static final int MAX_ANSWER = 1 << 20;

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Vertx vertx;
    private final NodeConfig config;

    Enrolment(Vertx vertx, NodeConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** Asks for an identity; fails with the gateway's own words when it is refused. */
    Future<Identity> enrol() {
        try {
            KeyPair pair = keyPair();
            JsonObject request =
                    new JsonObject().put("token", token()).put("csr", request(config.name(), pair));
            return post("/enrol/v1", pinned(), request.toBuffer())
                    .map(answer -> identity(pair, answer));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            return Future.failedFuture(e);
        }
    }

    /** The same for a node that has a certificate: it needs no token, and takes a new key. */
    Future<Identity> renew(Identity known) {
        try {
            KeyPair pair = keyPair();
            JsonObject request = new JsonObject().put("csr", request(config.name(), pair));
            HttpClientOptions tls =
                    options()
                            .setKeyCertOptions(
                                    new PemKeyCertOptions()
                                            .addKeyValue(Buffer.buffer(known.key()))
                                            .addCertValue(Buffer.buffer(known.certificate())))
                            .setTrustOptions(
                                    new PemTrustOptions()
                                            .addCertValue(Buffer.buffer(known.authority())));
            return post("/renew/v1", tls, request.toBuffer()).map(answer -> identity(pair, answer));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            return Future.failedFuture(e);
        }
    }

    private String token() throws IOException {
        if (config.gateway().tokenFile().isEmpty()) {
            throw new IOException(
                    "the node is not enrolled and gateway.enrolmentTokenFile is not set");
        }
        return Files.readString(config.gateway().tokenFile().get()).strip();
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String request(String name, KeyPair pair)
            throws OperatorCreationException, IOException {
        var subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        byte[] der =
                new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic())
                        .build(signer)
                        .getEncoded();
        return Pem.of("CERTIFICATE REQUEST", der);
    }

    private static HttpClientOptions options() {
        return new HttpClientOptions()
                .setSsl(true)
                .setVerifyHost(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setConnectTimeout(TIMEOUT_MILLIS);
    }

    private HttpClientOptions pinned() {
        return options()
                .setTrustOptions(
                        TrustOptions.wrap(new PinnedAuthority(config.gateway().caFingerprint())));
    }

    private Future<JsonObject> post(String path, HttpClientOptions tls, Buffer body) {
        HttpClient client = vertx.createHttpClient(tls);
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost(config.gateway().url().getHost())
                        .setPort(GatewayPort.of(config.gateway().url()))
                        .setURI(path)
                        .setTimeout(TIMEOUT_MILLIS)
                        .putHeader("content-type", "application/json");
        return client.request(options)
                .compose(request -> request.send(body))
                .compose(response ->
                        response.body().compose(answer -> answer(response.statusCode(), answer)))
                .eventually(client::close);
    }

    private static Future<JsonObject> answer(int status, Buffer body) {
        if (status != 200 && status != 201) {
            return Future.failedFuture(
                    new IOException(
                            "enrolment refused with status "
                                    + status
                                    + ": "
                                    + body.getString(0, Math.min(body.length(), 500))));
        }
        return body.length() > MAX_ANSWER
                ? Future.failedFuture(new IOException("enrolment answer too long"))
                : Future.succeededFuture(body.toJsonObject());
    }

    private Identity identity(KeyPair pair, JsonObject answer) {
        String authority = answer.getString("ca", "");
        try {
            if (!PinnedAuthority.matches(
                    config.gateway().caFingerprint(), Identity.first(authority))) {
                throw new IllegalStateException("the gateway sent another CA than the pinned one");
            }
            if (!Identity.first(answer.getString("certificate", ""))
                    .getPublicKey()
                    .equals(pair.getPublic())) {
                throw new IllegalStateException("the gateway sent a certificate of another key");
            }
        } catch (CertificateException e) {
            throw new IllegalStateException("the gateway sent no certificate, or no CA's", e);
        }
        return new Identity(
                Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded()),
                answer.getString("certificate"),
                authority,
                Identity.keys(answer.getJsonArray("signingKeys")),
                answer.getLong("keyStatement", 0L));
    }
}
