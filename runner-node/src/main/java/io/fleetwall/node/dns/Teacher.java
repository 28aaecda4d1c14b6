package io.fleetwall.node.dns;

import io.fleetwall.node.dns.DnsCounters.Count;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a runner's answers to its kernel tables and remembers their names; fails closed. */
final class Teacher {
    private static final Logger LOG = LoggerFactory.getLogger(Teacher.class);

    private final AnswerGate gate;
    private final KnownNames names;
    private final DnsCounters counters;

    Teacher(AnswerGate gate, KnownNames names, DnsCounters counters) {
        this.gate = gate;
        this.names = names;
        this.counters = counters;
    }

    /** What became of a lesson. */
    enum Outcome {
        LEARNED,
        /** The policy was replaced since: judge again. */
        STALE,
        /** The kernel refused: the client gets no answer. */
        FAILED
    }

    /** Returns once the kernel has the addresses. */
    Outcome teach(LearnedAnswer answer) {
        long start = System.nanoTime();
        try {
            if (!gate.learn(answer)) {
                return Outcome.STALE;
            }
        } catch (RuntimeException e) {
            failed(e);
            return Outcome.FAILED;
        }
        counters.kernel().add(System.nanoTime() - start);
        counters.add(Count.TAUGHT);
        remember(answer.name(), answer.addresses(), answer.ttlSeconds());
        return Outcome.LEARNED;
    }

    /** For answers that the kernel need not know: the default allows them. */
    void remember(byte[] name, List<byte[]> addresses, int ttlSeconds) {
        names.learned(name, addresses, ttlSeconds);
    }

    /** Told at the first, second, fourth, eighth … failure: a full table would fill the log. */
    private void failed(RuntimeException cause) {
        counters.add(Count.TEACHING_FAILED);
        long failures = counters.get(Count.TEACHING_FAILED);
        if (Long.bitCount(failures) == 1) {
            LOG.atError()
                    .addKeyValue("failures", failures)
                    .setCause(cause)
                    .log("kernel refused addresses of a dns answer; the answer was withheld");
        }
    }
}
