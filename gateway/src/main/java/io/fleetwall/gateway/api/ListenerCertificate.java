package io.fleetwall.gateway.api;

import io.fleetwall.gateway.config.GatewayConfig.KeyPairFiles;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * The PEM files of the operators' listener, whose certificate somebody renews while the gateway
 * runs. What they hold is shown only if it is a pair, and valid now; else what was shown before.
 */
final class ListenerCertificate {
    private static final byte[] PROBE = {'f', 'w'};

    private final Vertx vertx;
    private final KeyPairFiles files;
    private Found seen = new Found(Buffer.buffer(), Buffer.buffer(), "");

    ListenerCertificate(Vertx vertx, KeyPairFiles files) {
        this.vertx = vertx;
        this.files = files;
    }

    /** What the files held, or why they could not be read. */
    private record Found(Buffer certificate, Buffer key, String failure) {}

    /**
     * What to show from now on; empty when the files are as they were the last time.
     *
     * @throws Unusable once for each content
     */
    synchronized Optional<PemKeyCertOptions> changed() throws Unusable {
        Found found = read();
        if (found.equals(seen)) {
            return Optional.empty();
        }
        seen = found;
        if (!found.failure.isEmpty()) {
            throw new Unusable(found.failure);
        }
        PemKeyCertOptions pair =
                new PemKeyCertOptions().addCertValue(found.certificate).addKeyValue(found.key);
        check(pair);
        return Optional.of(pair);
    }

    private Found read() {
        try {
            return new Found(
                    Buffer.buffer(Files.readAllBytes(files.certificate())),
                    Buffer.buffer(Files.readAllBytes(files.key())),
                    "");
        } catch (IOException e) {
            return new Found(Buffer.buffer(), Buffer.buffer(), "cannot be read: " + e);
        }
    }

    private void check(PemKeyCertOptions pair) throws Unusable {
        X509KeyManager manager = manager(pair);
        String alias =
                Stream.of("EC", "RSA", "EdDSA")
                        .map(type -> manager.getServerAliases(type, null))
                        .flatMap(Stream::ofNullable)
                        .flatMap(Stream::of)
                        .findFirst()
                        .orElseThrow(() -> new Unusable("no key of EC, RSA or Ed25519"));
        X509Certificate certificate = manager.getCertificateChain(alias)[0];
        try {
            certificate.checkValidity();
            Signature signature = Signature.getInstance(scheme(certificate));
            signature.initSign(manager.getPrivateKey(alias));
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            if (!signature.verify(signed)) {
                throw new Unusable("the key is not the certificate's");
            }
        } catch (GeneralSecurityException e) {
            throw new Unusable(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private X509KeyManager manager(PemKeyCertOptions pair) throws Unusable {
        try {
            for (KeyManager each : pair.getKeyManagerFactory(vertx).getKeyManagers()) {
                if (each instanceof X509KeyManager manager) {
                    return manager;
                }
            }
        } catch (Exception e) {
            throw new Unusable(String.valueOf(e.getMessage()));
        }
        throw new Unusable("no certificate and key");
    }

    private static String scheme(X509Certificate certificate) {
        return switch (certificate.getPublicKey().getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            case String other -> other;
        };
    }

    /** A certificate or key that cannot be shown. */
    final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(files.certificate() + " and " + files.key() + ": " + why);
        }
    }
}
