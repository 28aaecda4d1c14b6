package io.fleetwall.load.rollout;

import com.google.protobuf.ByteString;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.DefaultExecutorGroup;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.controlplane.server.serializer.CachedProtoResourcesSerializer;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.fleetwall.gateway.identity.FleetKey;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.signature.PolicySigner;
import io.fleetwall.protocol.wire.MessageCodec;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The peer: an xDS server which serves each team a secret, signed and as long as our policies are,
 * over mutual TLS, with its library's own cache and its cached serialisation.
 */
public final class XdsServer {
    /** What its certificate says. */
    static final String NAME = "xds.example";

    private final SimpleCache<String> cache;
    private final PolicySigner signer;
    private final int bytes;

    private XdsServer(SimpleCache<String> cache, PolicySigner signer, int bytes) {
        this.cache = cache;
        this.signer = signer;
        this.bytes = bytes;
    }

    /** Arguments: a gateway's state directory (for its CA), a port, bytes of a body. */
    public static void main(String[] args) throws Exception {
        Path state = Path.of(args[0]);
        ClientCertificates issuer = new ClientCertificates(state);
        SimpleCache<String> cache = new SimpleCache<>((Node node) -> node.getCluster());
        var discovery =
                new V3DiscoveryServer(
                        List.of(),
                        cache,
                        new DefaultExecutorGroup(),
                        new CachedProtoResourcesSerializer());
        var tls =
                GrpcSslContexts.configure(
                                SslContextBuilder.forServer(issuer.key(), issuer.server(NAME)))
                        .trustManager(issuer.authority())
                        .clientAuth(ClientAuth.REQUIRE)
                        .protocols("TLSv1.3")
                        .build();
        NettyServerBuilder.forPort(Integer.parseInt(args[1]))
                .sslContext(tls)
                .addService(discovery.getSecretDiscoveryServiceImpl())
                .build()
                .start();
        PolicySigner signer = FleetKey.open(StateDirectory.open(state)).signer();
        new XdsServer(cache, signer, Integer.parseInt(args[2])).serve();
    }

    private void serve() throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("{\"ready\":true}");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long version = Long.parseLong(line);
            for (int team = 0; team < PolicyTexts.TEAMS; team++) {
                cache.setSnapshot(PolicyTexts.team(team), snapshot(team, version));
            }
            System.out.println("{\"version\":" + version + "}");
        }
        System.exit(0);
    }

    private Snapshot snapshot(int team, long version) {
        byte[] body = new byte[bytes];
        new Random(version * PolicyTexts.TEAMS + team).nextBytes(body);
        SignedPolicy signed = signer.sign(version, Digest.NONE, body);
        byte[] message = MessageCodec.encode(new Desired(PolicyTexts.team(team), signed));
        Secret secret =
                Secret.newBuilder()
                        .setName("policy")
                        .setGenericSecret(
                                GenericSecret.newBuilder()
                                        .setSecret(
                                                DataSource.newBuilder()
                                                        .setInlineBytes(
                                                                ByteString.copyFrom(message))))
                        .build();
        return Snapshot.create(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(secret),
                Long.toString(version));
    }
}
