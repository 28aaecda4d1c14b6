package io.fleetwall.load.rollout;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One TLS context for all simulated nodes: which node's certificate it shows is told by the
 * engine's peer host, which is a node's name here.
 */
public final class NodeKeys extends X509ExtendedKeyManager {
    private final Map<String, X509Certificate> certificates = new HashMap<>();
    private final PrivateKey key;

    private NodeKeys(ClientCertificates issuer, int nodes) {
        this.key = issuer.key();
        for (int i = 0; i < nodes; i++) {
            String name = SimulatedNode.name(i);
            certificates.put(name, issuer.of(name));
        }
    }

    /** BoringSSL where it is present: the clients share two cores with what is measured. */
    public static SslContext context(ClientCertificates issuer, int nodes) throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .keyManager(new NodeKeys(issuer, nodes))
                .trustManager(issuer.authority())
                .endpointIdentificationAlgorithm("")
                .protocols("TLSv1.3")
                .build();
    }

    @Override
    public String chooseEngineClientAlias(
            String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
        return engine.getPeerHost();
    }

    @Override
    public X509Certificate[] getCertificateChain(String node) {
        X509Certificate certificate = certificates.get(node);
        return certificate == null ? new X509Certificate[0] : new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String node) {
        return key;
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
