package io.fleetwall.gateway.fleet;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS whose handshakes wait for their turn, a {@link Turnstile} an event loop. BoringSSL where its
 * library loads, else the JDK's: the same protocol, more CPU.
 *
 * <p>Vert.x has no hook between a connection's coming and its handshake but the factory of its TLS
 * contexts.
 */
final class PacedTls extends SSLEngineOptions {
    private final SSLEngineOptions engine;
    private final Map<EventExecutor, Turnstile> turnstiles;

    PacedTls() {
        this(
                OpenSSLEngineOptions.isAvailable()
                        ? new OpenSSLEngineOptions()
                        : new JdkSSLEngineOptions(),
                new ConcurrentHashMap<>());
    }

    private PacedTls(SSLEngineOptions engine, Map<EventExecutor, Turnstile> turnstiles) {
        this.engine = engine;
        this.turnstiles = turnstiles;
    }

    @Override
    public SSLEngineOptions copy() {
        return new PacedTls(engine.copy(), turnstiles);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new Factory(engine.sslContextFactory());
    }

    private Turnstile turnstile(EventExecutor loop) {
        return turnstiles.computeIfAbsent(loop, first -> new Turnstile(room()));
    }

    /**
     * Of each loop: strangers together have at most three quarters of the descriptors this process
     * may open, so that a flood takes them neither from nodes nor from the store.
     */
    private static Turnstile.Room room() {
        long descriptors =
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof UnixOperatingSystemMXBean machine
                        ? machine.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE;
        return Turnstile.Room.within(
                descriptors / 4 * 3 / Runtime.getRuntime().availableProcessors());
    }

    /** Passes on what is wished for; what comes of it is paced. */
    private final class Factory implements SslContextFactory {
        private final SslContextFactory plain;

        Factory(SslContextFactory plain) {
            this.plain = plain;
        }

        @Override
        public SslContextFactory useAlpn(boolean use) {
            plain.useAlpn(use);
            return this;
        }

        @Override
        public SslContextFactory forServer(ClientAuth wish) {
            plain.forServer(wish);
            return this;
        }

        @Override
        public SslContextFactory enabledProtocols(Set<String> protocols) {
            plain.enabledProtocols(protocols);
            return this;
        }

        @Override
        public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
            plain.keyMananagerFactory(keys);
            return this;
        }

        @Override
        public SslContextFactory trustManagerFactory(TrustManagerFactory trust) {
            plain.trustManagerFactory(trust);
            return this;
        }

        @Override
        public SslContextFactory enabledCipherSuites(Set<String> suites) {
            plain.enabledCipherSuites(suites);
            return this;
        }

        @Override
        public SslContextFactory applicationProtocols(List<String> protocols) {
            plain.applicationProtocols(protocols);
            return this;
        }

        @Override
        public SslContext create() throws SSLException {
            return new Paced(plain.create());
        }
    }

    private final class Paced extends DelegatingSslContext {
        Paced(SslContext plain) {
            super(plain);
        }

        @Override
        public SslHandler newHandler(
                ByteBufAllocator memory, String host, int port, Executor tasks) {
            return new Handler(super.newHandler(memory, host, port, tasks).engine(), tasks);
        }

        @Override
        public SslHandler newHandler(ByteBufAllocator memory, Executor tasks) {
            return new Handler(super.newHandler(memory, tasks).engine(), tasks);
        }

        @Override
        protected void initEngine(SSLEngine made) {
            // As it is.
        }
    }

    private final class Handler extends SslHandler {
        Handler(SSLEngine engine, Executor tasks) {
            super(engine, false, tasks);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) throws Exception {
            // Its time begins with its turn.
            setHandshakeTimeoutMillis(0);
            super.handlerAdded(context);
            Turn.begin(this, context, turnstile(context.executor()));
        }
    }
}
