package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.metric.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * A connection's turn for its TLS handshake. Until then its first bytes are held and no more are
 * read, so that it costs no cryptography.
 */
final class Turn extends ChannelInboundHandlerAdapter implements Turnstile.Guest {
    /** Who connects says hello at once; a busy machine takes a while. */
    private static final Duration FIRST_WORD = Duration.ofSeconds(10);

    /** After that others get its place, though it may go on: nobody holds one by saying nothing. */
    private static final Duration PLACE = Duration.ofSeconds(2);

    /** From its turn to the last word; a node that shares its cores with a build is slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SslHandler secure;
    private final ChannelHandlerContext channel;
    private final Turnstile turnstile;
    private final Queue<Object> held = new ArrayDeque<>();
    private final List<Future<?>> timers = new ArrayList<>();
    private boolean spoke;

    /** Why the gateway closed a connection that was none yet. */
    static final class TurnedAway extends Exception {
        private static final long serialVersionUID = 1;
        private final Refusal refusal;

        TurnedAway(Refusal refusal) {
            super(refusal.label(), null, false, false);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    private Turn(SslHandler secure, ChannelHandlerContext channel, Turnstile turnstile) {
        this.secure = secure;
        this.channel = channel;
        this.turnstile = turnstile;
    }

    /** Lets a connection wait for its turn; {@code secure} has just been put into its pipeline. */
    static void begin(SslHandler secure, ChannelHandlerContext channel, Turnstile turnstile) {
        Turn turn = new Turn(secure, channel, turnstile);
        channel.pipeline().addBefore(channel.name(), null, turn);
        turn.after(FIRST_WORD, () -> turn.turnAway(Refusal.SLOW));
        secure.handshakeFuture().addListener(done -> turn.over());
        turnstile.came(turn);
    }

    @Override
    public String address() {
        return channel.channel().remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : "";
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        held.add(bytes);
        channel.channel().config().setAutoRead(false);
        if (!spoke) {
            spoke = true;
            endTimers();
            turnstile.spoke(this);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // TLS would ask for more.
    }

    @Override
    public void enter() {
        after(PLACE, () -> turnstile.leave(this));
        after(PATIENCE, () -> turnAway(Refusal.SLOW));
        channel.pipeline().remove(this);
        try {
            for (Object bytes = held.poll(); bytes != null; bytes = held.poll()) {
                secure.channelRead(channel, bytes);
            }
            secure.channelReadComplete(channel);
            channel.channel().config().setAutoRead(true);
        } catch (Exception failed) {
            end(failed);
        }
    }

    @Override
    public void refuse() {
        turnAway(Refusal.FULL);
    }

    private void turnAway(Refusal refusal) {
        end(new TurnedAway(refusal));
    }

    /** At once: there is nobody yet to say goodbye to. */
    private void end(Exception why) {
        channel.fireUserEventTriggered(new SslHandshakeCompletionEvent(why));
        channel.channel().unsafe().close(channel.newPromise());
    }

    /** The handshake has succeeded or failed; it fails when the connection is closed. */
    private void over() {
        endTimers();
        turnstile.leave(this);
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    private void after(Duration time, Runnable act) {
        timers.add(channel.executor().schedule(act, time.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void endTimers() {
        timers.forEach(timer -> timer.cancel(false));
        timers.clear();
    }
}
