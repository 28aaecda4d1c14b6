package io.fleetwall.load.rollout;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.StreamObserver;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * As many xDS clients as there are simulated nodes, each with a connection and a stream; like these
 * each checks the signature and the digest of what it gets before it acknowledges.
 */
public final class XdsClients implements Crowd {
    private static final String TYPE =
            "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    private static final long FIRST_VERSION = 1;

    private final Acknowledgements acknowledgements;
    private final ConcurrentMap<Integer, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final EventLoopGroup loops = new EpollEventLoopGroup(2);
    private final SslContext tls;
    private final PolicyVerifier verifier;
    private final int port;
    private final int count;

    private XdsClients(Path state, int port, int count) throws Exception {
        ClientCertificates issuer = new ClientCertificates(state);
        this.tls =
                GrpcSslContexts.configure(SslContextBuilder.forClient())
                        .keyManager(issuer.key(), issuer.of("client"))
                        .trustManager(issuer.authority())
                        .protocols("TLSv1.3")
                        .build();
        this.verifier =
                PolicyVerifier.of(
                        List.of(ClientCertificates.der(state.resolve("fleet-signing.key"))));
        this.acknowledgements = new Acknowledgements(count);
        this.port = port;
        this.count = count;
    }

    /** Arguments: a gateway's state directory (for its CA), the port, how many clients. */
    public static void main(String[] args) throws Exception {
        Crowd.serve(
                new XdsClients(
                        Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2])));
    }

    @Override
    public JsonObject connect(long millis) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            channels.computeIfAbsent(i, this::open);
        }
        long deadline = start + millis * 1_000_000;
        while (acknowledgements.count(FIRST_VERSION) < count && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        return new JsonObject()
                .put("connected", acknowledgements.count(FIRST_VERSION))
                .put("attempts", count)
                .put("millis", (System.nanoTime() - start) / 1e6);
    }

    private ManagedChannel open(int number) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .eventLoopGroup(loops)
                        .channelType(EpollSocketChannel.class)
                        .directExecutor()
                        .overrideAuthority(XdsServer.NAME)
                        .sslContext(tls)
                        .build();
        subscribe(channel, number);
        return channel;
    }

    private void subscribe(ManagedChannel channel, int number) {
        Stream stream = new Stream(channel, number);
        stream.requests = SecretDiscoveryServiceGrpc.newStub(channel).streamSecrets(stream);
        stream.say(DiscoveryRequest.newBuilder());
    }

    @Override
    public JsonObject silence(int silent) {
        throw new UnsupportedOperationException("the peer is measured with all clients present");
    }

    @Override
    public Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    /** One client's subscription. */
    private final class Stream implements StreamObserver<DiscoveryResponse> {
        private final ManagedChannel channel;
        private final int number;
        private @Nullable StreamObserver<DiscoveryRequest> requests;

        Stream(ManagedChannel channel, int number) {
            this.channel = channel;
            this.number = number;
        }

        void say(DiscoveryRequest.Builder request) {
            StreamObserver<DiscoveryRequest> open = requests;
            if (open != null) {
                open.onNext(
                        request.setTypeUrl(TYPE)
                                .addResourceNames("policy")
                                .setNode(
                                        Node.newBuilder()
                                                .setId("node-" + number)
                                                .setCluster(PolicyTexts.team(number)))
                                .build());
            }
        }

        @Override
        public void onNext(DiscoveryResponse response) {
            if (!accepted(response)) {
                onError(new IllegalStateException("not signed: " + response.getVersionInfo()));
                return;
            }
            say(
                    DiscoveryRequest.newBuilder()
                            .setVersionInfo(response.getVersionInfo())
                            .setResponseNonce(response.getNonce()));
            acknowledgements.add(
                    Long.parseLong(response.getVersionInfo()),
                    response.getResources(0).getValue().size());
        }

        private boolean accepted(DiscoveryResponse response) {
            try {
                byte[] message =
                        response.getResources(0)
                                .unpack(Secret.class)
                                .getGenericSecret()
                                .getSecret()
                                .getInlineBytes()
                                .toByteArray();
                return MessageCodec.decode(message) instanceof Desired desired
                        && verifier.accepts(desired.policy());
            } catch (InvalidProtocolBufferException | MalformedMessageException malformed) {
                return false;
            }
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // a failed subscription comes here again
        public void onError(Throwable failed) {
            System.err.println("client " + number + ": " + failed + ", " + failed.getCause());
            loops.schedule(() -> subscribe(channel, number), 500, TimeUnit.MILLISECONDS);
        }

        @Override
        public void onCompleted() {
            onError(new IllegalStateException("completed"));
        }
    }
}
