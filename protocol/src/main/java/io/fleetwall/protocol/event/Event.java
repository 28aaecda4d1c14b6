package io.fleetwall.protocol.event;

import io.fleetwall.policy.catalogue.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One thing that happened, said once: equal packets of one flow and rule are one event with a
 * count.
 *
 * @param id UUIDv7 (RFC 9562), stable over every redelivery
 * @param at when it happened, or when the window began; millisecond precision on the wire
 * @param node where
 * @param runner empty when it concerns the whole node
 * @param job what ran there, if anything
 * @param process who sent what was judged, if the node saw it
 * @param count how many packets or questions it stands for, at least 1
 * @param message one sentence for people
 * @param window how long from {@code at} it was counted; zero for what was told at once
 * @param labels of the runner, in order
 */
public record Event(
        UUID id,
        Instant at,
        String node,
        String runner,
        EventKind kind,
        Optional<Job> job,
        Optional<Destination> destination,
        Optional<Judgement> judgement,
        Optional<ProcessIdentity> process,
        long count,
        String message,
        Duration window,
        List<String> labels) {
    public Event {
        if (count < 1) {
            throw new IllegalArgumentException("count " + count);
        }
        labels = List.copyOf(labels);
    }

    /** One that was told at once, of a runner without labels. */
    public Event(
            UUID id,
            Instant at,
            String node,
            String runner,
            EventKind kind,
            Optional<Job> job,
            Optional<Destination> destination,
            Optional<Judgement> judgement,
            Optional<ProcessIdentity> process,
            long count,
            String message) {
        this(
                id,
                at,
                node,
                runner,
                kind,
                job,
                destination,
                judgement,
                process,
                count,
                message,
                Duration.ZERO,
                List.of());
    }

    /** One of which no process is known. */
    public Event(
            UUID id,
            Instant at,
            String node,
            String runner,
            EventKind kind,
            Optional<Job> job,
            Optional<Destination> destination,
            Optional<Judgement> judgement,
            long count,
            String message) {
        this(
                id,
                at,
                node,
                runner,
                kind,
                job,
                destination,
                judgement,
                Optional.empty(),
                count,
                message);
    }
}
