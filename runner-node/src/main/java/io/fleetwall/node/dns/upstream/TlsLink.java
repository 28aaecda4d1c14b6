package io.fleetwall.node.dns.upstream;

import io.fleetwall.node.dns.listen.Frames;
import io.fleetwall.node.dns.listen.SocketErrors;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an upstream over TLS (RFC 7858) that lasts, with any number of questions open at
 * once. Nothing is sent before the other end has proved its name.
 */
// A failed write reaches exceptionCaught (void promise); a failed close has no remedy.
@SuppressWarnings("FutureReturnValueIgnored")
final class TlsLink extends SimpleChannelInboundHandler<ByteBuf> implements Frames.Sink {
    private static final int IDLE_SECONDS = 20;
    private static final int MAX_TEXT = 160;
    private static final Logger LOG = LoggerFactory.getLogger(TlsLink.class);

    private final Upstream upstream;
    private final UpstreamReplies replies;
    private final Frames frames = new Frames(65535, this);
    private final OpenQuestions waiting = new OpenQuestions();
    private final List<Attempt> early = new ArrayList<>();
    private final Channel channel;
    private long heardNanos = System.nanoTime();
    private boolean proved;
    private boolean answered;
    private boolean retired;

    TlsLink(Bootstrap streams, TlsTrust trust, Upstream upstream, UpstreamReplies replies) {
        this.upstream = upstream;
        this.replies = replies;
        ChannelFuture opened =
                streams.clone().handler(new Pipeline(trust)).connect(upstream.address());
        channel = opened.channel();
        opened.addListener(done -> {
            if (!done.isSuccess()) {
                lost(Failure.UNREACHABLE, "cannot connect: " + done.cause().getMessage());
            }
        });
    }

    /** TLS first. */
    private final class Pipeline extends ChannelInitializer<Channel> {
        private final TlsTrust trust;

        Pipeline(TlsTrust trust) {
            this.trust = trust;
        }

        @Override
        protected void initChannel(Channel opened) {
            String name = upstream.resolver().tlsName().orElseThrow();
            opened.pipeline()
                    .addLast(trust.handler(opened.alloc(), name, upstream.address().getPort()))
                    .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
                    .addLast(TlsLink.this);
        }
    }

    /** Whether it may be asked more. */
    boolean usable() {
        return !retired;
    }

    /** Questions open. */
    int load() {
        return waiting.size();
    }

    boolean free(int id) {
        return waiting.free(id);
    }

    void send(Attempt attempt) {
        waiting.add(attempt);
        if (proved) {
            write(attempt);
            channel.flush();
        } else {
            early.add(attempt);
        }
    }

    /** The attempt is over. One that waited in vain and heard nothing of others ends the link. */
    void forget(Attempt attempt) {
        early.remove(attempt);
        boolean vain = waiting.remove(attempt);
        if (vain && proved && heardNanos - attempt.sentNanos() < 0) {
            retire();
        } else {
            closeIfDone();
        }
    }

    /** No more questions; closes when nobody waits. */
    void retire() {
        retired = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (retired && waiting.isEmpty()) {
            channel.close();
        }
    }

    private void write(Attempt attempt) {
        byte[] question = Padding.padded(attempt.sent().message());
        ByteBuf frame = channel.alloc().ioBuffer(2 + question.length);
        frame.writeShort(question.length).writeBytes(question);
        channel.write(frame, channel.voidPromise());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake when handshake.isSuccess() -> {
                proved = true;
                early.forEach(this::write);
                early.clear();
                channel.flush();
            }
            case SslHandshakeCompletionEvent handshake -> refused(handshake.cause());
            case IdleStateEvent _ -> {
                if (waiting.isEmpty()) {
                    retire();
                }
            }
            default -> context.fireUserEventTriggered(event);
        }
    }

    private void refused(Throwable cause) {
        boolean first = Long.bitCount(upstream.figures().failures(Failure.TLS) + 1) == 1;
        if (first && !retired) {
            LOG.atWarn()
                    .addKeyValue("upstream", upstream.resolver())
                    .addKeyValue("cause", brief(cause))
                    .log("dns upstream has not proved its name: nothing was asked");
        }
        lost(Failure.TLS, "no trusted TLS with the upstream: " + brief(cause));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf received) {
        frames.read(received);
    }

    @Override
    public void message(byte[] message, int length) {
        heardNanos = System.nanoTime();
        Attempt attempt = length < 2 ? null : waiting.askedBy(message);
        if (attempt == null) {
            replies.foreign();
        } else {
            answered = true;
            replies.received(attempt, message, length);
        }
    }

    /** No length above 65,535 can be announced. */
    @Override
    public void tooLong(byte[] start, int length) {
        lost(Failure.NO_ANSWER, "message too long");
    }

    @Override
    public boolean ready() {
        return true;
    }

    /** An upstream may end a connection that was of use: it is asked over another. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost(answered ? Failure.CLOSED : Failure.UNREACHABLE, "upstream closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        SocketErrors.note(context.channel(), cause);
        lost(proved ? ended() : Failure.TLS, "connection failed: " + brief(cause));
    }

    private Failure ended() {
        return answered ? Failure.CLOSED : Failure.UNREACHABLE;
    }

    /** The other end may have written some of it, at any length. */
    private static String brief(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    private void lost(Failure why, String trouble) {
        retired = true;
        early.clear();
        waiting.takeAll().forEach(attempt -> replies.unreachable(attempt, why, trouble));
        channel.close();
    }
}
