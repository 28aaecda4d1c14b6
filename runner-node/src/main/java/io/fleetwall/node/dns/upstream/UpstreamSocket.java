package io.fleetwall.node.dns.upstream;

/**
 * One UDP socket towards one upstream, connected: the kernel gives it a random port, drops what
 * comes from elsewhere, and reports an upstream that is not there.
 *
 * <p>Used for a limited number of questions and a limited time, then closed once nobody waits: a
 * forger who found out its port has learned nothing about the next.
 */
final class UpstreamSocket implements Wire.Sink {
    private static final int MAX_USES = 512;
    private static final long MAX_AGE_NANOS = 30_000_000_000L;

    private final UpstreamReplies replies;
    private final OpenQuestions waiting = new OpenQuestions();
    private final long bornNanos;
    private final Wire wire;
    private int uses;
    private boolean retired;

    UpstreamSocket(Wire.Opener opener, Upstream upstream, UpstreamReplies replies, long nowNanos) {
        this.replies = replies;
        bornNanos = nowNanos;
        wire = opener.open(upstream.address(), this);
    }

    boolean worn(long nowNanos) {
        return retired || uses >= MAX_USES || nowNanos - bornNanos > MAX_AGE_NANOS;
    }

    /** Whether no other question of this socket under way has this id. */
    boolean free(int id) {
        return waiting.free(id);
    }

    void send(Attempt attempt) {
        uses++;
        waiting.add(attempt);
        wire.send(attempt.sent().message());
    }

    /** The attempt is over; its id may be used again. */
    void forget(Attempt attempt) {
        waiting.remove(attempt);
        closeIfDone();
    }

    /** No more questions; closes when nobody waits. */
    void retire() {
        retired = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (retired && waiting.isEmpty()) {
            wire.close();
        }
    }

    @Override
    public void received(byte[] message, int length) {
        if (length < 2) {
            return;
        }
        Attempt attempt = waiting.askedBy(message);
        if (attempt == null) {
            replies.foreign();
        } else {
            replies.received(attempt, message, length);
        }
    }

    /** ICMP said that the upstream is not there, or the network is not. */
    @Override
    public void failed(String trouble) {
        retired = true;
        waiting.takeAll()
                .forEach(attempt -> replies.unreachable(attempt, Failure.UNREACHABLE, trouble));
        closeIfDone();
    }
}
