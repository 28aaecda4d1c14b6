package io.fleetwall.laboratory.demo;

import io.fleetwall.laboratory.Lab;
import io.fleetwall.laboratory.job.JobProcess;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Builds the whole world, plays the acts, and takes it down in reverse. */
final class Demo implements AutoCloseable {
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final Timeline timeline;
    private final Path directory;
    private boolean closed;

    Demo(Timeline timeline, Path directory) {
        this.timeline = timeline;
        this.directory = directory;
    }

    /** Plays all acts. */
    void play() {
        Installation installation = Installation.ofLauncher();
        DemoFiles.copyPolicies(directory.resolve("policies"));
        timeline.act("A laboratory: an internet with an attacker, a node, two runners");
        SlackReceiver slack = keep(new SlackReceiver(), SlackReceiver::close);
        GatewayProcess gateway =
                keep(
                        GatewayProcess.start(installation, directory, slack.url()),
                        GatewayProcess::close);
        Lab lab = keep(Lab.open(directory, List.of("a", "b")), Lab::close);
        JobProcess jobA = keep(lab.job("a"), JobProcess::close);
        JobProcess jobB = keep(lab.job("b"), JobProcess::close);
        Stage stage = new Stage(timeline, directory, installation, lab, jobA, jobB, secret());
        new WithoutFleetwall(stage).play();
        timeline.act("Gateway and runner node start");
        gateway.awaitReady();
        NodeProcess node =
                keep(
                        NodeProcess.start(installation, directory, enrolment(gateway)),
                        NodeProcess::close);
        Fleet fleet =
                new Fleet(
                        gateway,
                        node,
                        new Tool(installation, gateway.tokenFile(), node.jobSocket()));
        new JobActs(stage, fleet, slack).play();
        new PolicyActs(stage, fleet).play();
        new FailureActs(stage, fleet).play();
        new Curtain(stage, fleet).play();
    }

    private static NodeProcess.Enrolment enrolment(GatewayProcess gateway) {
        String token =
                gateway.api()
                        .post(
                                "enrolment-tokens",
                                gateway.api().object().put("uses", 1).put("ttlSeconds", 60))
                        .path("token")
                        .asText();
        return new NodeProcess.Enrolment(token, gateway.fingerprint());
    }

    /** Lower-case letters and digits: it must also travel as a label of a DNS name. */
    private static String secret() {
        byte[] random = new byte[16];
        ThreadLocalRandom.current().nextBytes(random);
        return "ghs" + HexFormat.of().formatHex(random);
    }

    private interface Close<T> {
        void close(T thing);
    }

    private synchronized <T> T keep(T thing, Close<T> close) {
        closing.push(() -> close.close(thing));
        return thing;
    }

    /** The process is asked to end: takes everything down, unless that is done already. */
    synchronized void interrupt() {
        if (!closed) {
            System.err.println("\nfleetwall: interrupted; taking the laboratory down");
            close();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closing.forEach(Runnable::run);
        }
    }
}
