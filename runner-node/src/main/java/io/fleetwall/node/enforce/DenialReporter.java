package io.fleetwall.node.enforce;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.dns.DnsDenial;
import io.fleetwall.node.event.Aggregator;
import io.fleetwall.node.event.Untold;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.Naming;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes events of refused DNS questions, equal ones once a window. Thread-safe. */
public final class DenialReporter {
    /** A question asked again within this is counted, not told again. */
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private static final Duration WINDOW = Duration.ofNanos(WINDOW_NANOS);

    private final EventBus bus;
    private final InstantSource clock;
    private final Untold untold;
    private final Aggregator<Question> questions = new Aggregator<>(WINDOW_NANOS);

    public DenialReporter(EventBus bus, InstantSource clock, Untold untold) {
        this.bus = bus;
        this.clock = clock;
        this.untold = untold;
    }

    /** What makes two refusals equal. The denial is the first one's, for its words. */
    private record Question(
            RunnerView runner, String name, int type, DnsDenial.Cause cause, Told told) {}

    /** Carries the first denial without being part of the identity. */
    private record Told(DnsDenial denial) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Told;
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    void denied(RunnerView runner, DnsDenial denial) {
        untold.add(1);
        Question question =
                new Question(runner, about(denial), type(denial), denial.cause(), new Told(denial));
        if (questions.add(question, 1, System.nanoTime()) == Aggregator.Verdict.SAY) {
            send(happening(question, 1));
        }
    }

    /** A tunnel's names are all different: they are one event, about their zone. */
    private static String about(DnsDenial denial) {
        return denial.cause() == DnsDenial.Cause.ZONE_BUDGET ? denial.subject() : denial.name();
    }

    private static int type(DnsDenial denial) {
        return denial.cause() == DnsDenial.Cause.ZONE_BUDGET ? 0 : denial.type();
    }

    private static EventKind kind(DnsDenial denial) {
        return denial.cause() == DnsDenial.Cause.ZONE_BUDGET
                ? EventKind.DNS_SUSPICIOUS
                : EventKind.DNS_DENIED;
    }

    /** Tells what was only counted and whose window is over. To be called every second or so. */
    public void drain() {
        questions
                .drain(System.nanoTime())
                .forEach((question, count) -> send(happening(question, count).over(WINDOW)));
        long lost = questions.takeLost();
        if (lost > 0) {
            bus.send(Addresses.EVENT, Losses.of(lost, "refused DNS questions", clock.instant()));
        }
    }

    private void send(Happening happening) {
        bus.send(Addresses.EVENT, happening);
    }

    private Happening happening(Question question, long count) {
        DnsDenial denial = question.told.denial;
        Happening.Subject subject =
                new Happening.Subject(
                        Optional.of(new Destination("", 0, "dns", denial.name(), naming(denial))),
                        Optional.of(judgement(denial)));
        return new Happening(
                        question.runner.name(),
                        kind(denial),
                        clock.instant(),
                        question.runner.job(),
                        subject,
                        count,
                        message(denial))
                .of(question.runner.labels());
    }

    /** The alias that decided is all that is known here of the chain. */
    private static Naming naming(DnsDenial denial) {
        List<String> chain =
                denial.cause() == DnsDenial.Cause.ALIAS_DENIED
                        ? List.of(denial.subject())
                        : List.of();
        return new Naming(Naming.Source.DNS_QUESTION, chain);
    }

    private static Judgement judgement(DnsDenial denial) {
        String reason = denial.cause().name().toLowerCase(Locale.ROOT).replace('_', '-');
        Optional<CompiledRule> rule = denial.rule();
        return new Judgement(
                reason,
                denial.mode(),
                denial.revision(),
                rule.map(CompiledRule::policy).orElse(""),
                rule.map(CompiledRule::text).orElse(""),
                rule.map(CompiledRule::file).orElse(""),
                rule.map(CompiledRule::line).orElse(0));
    }

    private static String message(DnsDenial denial) {
        String did =
                switch (denial.mode()) {
                    case ENFORCE -> "refused to resolve ";
                    case AUDIT -> "would refuse to resolve ";
                };
        String why =
                switch (denial.cause()) {
                    case DENIED_BY_RULE ->
                            "denied by " + denial.rule().map(CompiledRule::text).orElse("a rule");
                    case NO_RULE -> "no rule allows it";
                    case QUERY_TYPE -> "query type " + denial.type() + " is not allowed";
                    case ALIAS_DENIED -> "it is an alias of " + denial.subject();
                    case ZONE_BUDGET ->
                            "too many new names below "
                                    + denial.subject()
                                    + ", as a tunnel makes them";
                    case PRIVATE_ADDRESS -> "it points to the private " + denial.subject();
                };
        return did + denial.name() + ": " + why;
    }
}
