package io.fleetwall.load.events;

import io.fleetwall.laboratory.postgres.PostgresServer;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.Command;
import io.fleetwall.load.gateway.LaunchedGateway;
import io.fleetwall.load.result.Line;
import io.fleetwall.load.result.Section;
import io.fleetwall.load.rollout.CrowdProcess;
import io.fleetwall.load.rollout.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Denials while everything fails in turn; afterwards what was sent, stored and received is compared
 * number by number.
 */
final class Ledger {
    private static final int RUNNERS = 10;
    private static final int RATE = 100;
    private static final int KILLS = 3;
    private static final Duration SETTLED = Duration.ofMinutes(6);

    private final int actSeconds;
    private final Path directory;
    private final Progress progress;

    Ledger(int actSeconds, Path directory, Progress progress) {
        this.actSeconds = actSeconds;
        this.directory = directory;
        this.progress = progress;
    }

    /** All that can fail. */
    private record Stage(
            Receiver receiver,
            LaunchedGateway gateway,
            Agent agent,
            PostgresServer store,
            Path disk) {}

    Section measure() throws Exception {
        Path place = directory.resolve("ledger");
        try (PostgresServer store = PostgresServer.start()) {
            String url = store.database();
            String settings = Stored.inPostgresql(store, url).settings();
            try (Receiver receiver = new Receiver();
                    LaunchedGateway gateway =
                            LaunchedGateway.start(
                                    place, settings + Scene.settings(receiver.port()));
                    JobNetwork network = new JobNetwork(place, RUNNERS)) {
                gateway.api().post("policies:publish", Scene.denyAll());
                Path disk = place.resolve("node");
                Command.run("mkdir", "-p", disk.toString());
                Command.run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
                try (Agent agent = Agent.start(gateway, network, disk, RUNNERS);
                        CrowdProcess jobs =
                                CrowdProcess.start(
                                        network.jobs().enter(List.of()),
                                        Denials.class,
                                        place,
                                        List.of(Integer.toString(RUNNERS)))) {
                    int sent = act(new Stage(receiver, gateway, agent, store, disk), jobs);
                    return section(settle(new Books(store, receiver), sent));
                }
            }
        }
    }

    private int act(Stage stage, CrowdProcess jobs) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> sending =
                CompletableFuture.supplyAsync(() -> send(jobs, over::get));
        pass("all is well");
        stage.receiver().shut();
        pass("the receiver is down");
        stage.receiver().open();
        for (Mood mood : List.of(Mood.FAILING, Mood.BUSY, Mood.SLOW, Mood.DROPPING)) {
            stage.receiver().be(mood);
            pass("the receiver is " + mood.name().toLowerCase(Locale.ROOT));
        }
        stage.receiver().be(Mood.WELL);
        for (int i = 0; i < KILLS; i++) {
            stage.gateway().kill();
            stage.gateway().restart();
            pass("the gateway was killed");
        }
        stage.agent().kill();
        stage.agent().restart();
        pass("the agent was killed");
        stage.store().crash();
        pass("the store is down");
        stage.store().restart();
        diskFull(stage);
        over.set(true);
        return sending.get(1, TimeUnit.MINUTES);
    }

    /** However long the acts take; answers how many packets. */
    private static int send(CrowdProcess jobs, BooleanSupplier over) {
        int sent = 0;
        while (!over.getAsBoolean()) {
            sent += jobs.ask(RATE + " 1").getJsonArray("times").size();
        }
        return sent;
    }

    /** Nothing can be handed on, and nothing more be kept. */
    private void diskFull(Stage stage) throws InterruptedException {
        String filler = stage.disk().resolve("filler").toString();
        stage.gateway().kill();
        Command.run("sh", "-c", "head -c 8m /dev/zero > " + filler + " 2>/dev/null || true");
        pass("the agent's disk is full and the gateway is away");
        Command.run("rm", filler);
        stage.gateway().restart();
    }

    private void pass(String what) throws InterruptedException {
        progress.say(what);
        TimeUnit.SECONDS.sleep(actSeconds);
    }

    private Books.Balance settle(Books books, int sent) {
        progress.say("waiting for what is still to come");
        Await.until(
                SETTLED,
                () -> {
                    Await.until(Duration.ofSeconds(5), () -> false);
                    return books.balance(sent).settled();
                });
        return books.balance(sent);
    }

    private Section section(Books.Balance balance) {
        long unstated = Math.max(0, balance.lost() - balance.stated());
        return new Section(
                "Ledger",
                RUNNERS
                        + " runners, "
                        + RATE
                        + " denials a second, "
                        + actSeconds
                        + " s each: the receiver down, answering 500, 429, slowly, not at all;"
                        + " the gateway killed "
                        + KILLS
                        + " times, the agent once, PostgreSQL crashed, the agent's disk full;"
                        + " all compared by the number of the packet",
                List.of(
                        Line.of("packets denied", "%d", balance.sent()),
                        Line.of("in the store", "%d", balance.stored()),
                        Line.of("not in the store", "%d", balance.lost()),
                        Line.of("  of these stated by loss events", "%d", balance.stated()),
                        Line.of("lost without a word", "%d", unstated)
                                .atMost((double) unstated, 0, "packets"),
                        Line.of("stored, but never at /events", "%d", balance.noEvent())
                                .atMost(balance.noEvent(), 0, "events"),
                        Line.of("stored, but never at /alerts", "%d", balance.noAlert())
                                .atMost(balance.noAlert(), 0, "events"),
                        Line.of("came again at /events, with its id", "%d", balance.again()),
                        Line.of("packets that came with a second id", "%d", balance.renamed())
                                .atMost(balance.renamed(), 0, "packets")),
                List.of());
    }
}
