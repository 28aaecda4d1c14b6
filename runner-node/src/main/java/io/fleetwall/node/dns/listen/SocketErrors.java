package io.fleetwall.node.dns.listen;

import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors of single sockets that end nothing but one exchange: counted, and told at debug level,
 * because a peer can cause as many as it likes.
 */
public final class SocketErrors {
    private static final Logger LOG = LoggerFactory.getLogger(SocketErrors.class);
    private static final LongAdder COUNT = new LongAdder();

    private SocketErrors() {}

    public static void note(Object channel, Throwable cause) {
        COUNT.increment();
        LOG.atDebug().addKeyValue("channel", channel).setCause(cause).log("dns socket error");
    }

    /** Since the start of the process. */
    public static long count() {
        return COUNT.sum();
    }
}
