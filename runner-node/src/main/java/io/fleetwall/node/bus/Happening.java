package io.fleetwall.node.bus;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.ProcessIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Something that happened, before it is an event: the event verticle gives it its id, the node's
 * name and its place in the sequence.
 *
 * @param runner empty when it concerns the whole node
 * @param at when it happened, or when the window began
 * @param count how many packets or questions it stands for, at least 1
 * @param window how long from {@code at} it was counted; zero for what is told at once
 * @param labels of the runner
 */
public record Happening(
        String runner,
        EventKind kind,
        Instant at,
        Optional<Job> job,
        Subject subject,
        long count,
        String message,
        Duration window,
        Set<String> labels) {
    /** Something that is told at once, of no runner that has labels. */
    public Happening(
            String runner,
            EventKind kind,
            Instant at,
            Optional<Job> job,
            Subject subject,
            long count,
            String message) {
        this(runner, kind, at, job, subject, count, message, Duration.ZERO, Set.of());
    }

    /** What it is about; most things that happen have none of it. */
    public record Subject(
            Optional<Destination> destination,
            Optional<Judgement> judgement,
            Optional<ProcessIdentity> process) {
        /** No traffic. */
        public static final Subject NONE = new Subject(Optional.empty(), Optional.empty());

        /** Traffic of which no process is known. */
        public Subject(Optional<Destination> destination, Optional<Judgement> judgement) {
            this(destination, judgement, Optional.empty());
        }
    }

    /** Something about a runner, once, without traffic. */
    public static Happening of(String runner, EventKind kind, Instant at, String message) {
        return new Happening(runner, kind, at, Optional.empty(), Subject.NONE, 1, message);
    }

    /** The same, while a job ran. */
    public Happening during(Optional<Job> running) {
        return new Happening(runner, kind, at, running, subject, count, message, window, labels);
    }

    /** The same, of a runner with labels. */
    public Happening of(Set<String> runners) {
        return new Happening(runner, kind, at, job, subject, count, message, window, runners);
    }

    /** The same, counted for a while until now. */
    public Happening over(Duration time) {
        return new Happening(
                runner, kind, at.minus(time), job, subject, count, message, time, labels);
    }
}
