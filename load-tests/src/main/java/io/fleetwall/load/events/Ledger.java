package io.fleetwall.load.events;

import io.fleetwall.laboratory.postgres.PostgresServer;
import io.fleetwall.load.gateway.LaunchedGateway;
import io.fleetwall.load.gateway.Programs;
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
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Script script;
    private final Programs programs;
    private final Path place;
    private final Progress progress;

    Ledger(Script script, Programs programs, Path directory, Progress progress) {
        this.script = script;
        this.programs = programs;
        this.place = directory.resolve("ledger");
        this.progress = progress;
    }

    /** All that can fail. */
    private record Stage(
            Receiver receiver,
            LaunchedGateway gateway,
            Agent agent,
            PostgresServer store,
            Disk disk,
            Books books) {}

    Books.Balance balance() throws Exception {
        progress.say("a store, a gateway and an agent with " + RUNNERS + " runners");
        try (PostgresServer store = PostgresServer.start()) {
            String settings = Stored.inPostgresql(store, store.database()).settings();
            try (Receiver receiver = new Receiver();
                    LaunchedGateway gateway =
                            LaunchedGateway.start(
                                    programs, place, settings + Scene.settings(receiver.port()));
                    JobNetwork network = new JobNetwork(place, RUNNERS);
                    Disk disk = Disk.mount(place.resolve("node"))) {
                gateway.api().post("policies:publish", Scene.denyAll());
                var home = new Agent.Home(programs, network, disk.place());
                try (Agent agent = Agent.start(gateway, home, RUNNERS);
                        CrowdProcess jobs = jobs(network)) {
                    Books books = new Books(store, receiver);
                    Stage stage = new Stage(receiver, gateway, agent, store, disk, books);
                    return settle(books, act(stage, jobs));
                }
            }
        }
    }

    private CrowdProcess jobs(JobNetwork network) {
        return CrowdProcess.start(
                network.jobs().enter(List.of()),
                Denials.class,
                place,
                List.of(Integer.toString(RUNNERS)));
    }

    private int act(Stage stage, CrowdProcess jobs) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> sending =
                CompletableFuture.supplyAsync(() -> send(jobs, over::get));
        try {
            receiverFails(stage);
            gatewayFails(stage);
            nodeFails(stage);
            storeFails(stage);
            diskFull(stage);
        } finally {
            over.set(true);
        }
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

    private void receiverFails(Stage stage) throws InterruptedException {
        Receiver receiver = stage.receiver();
        pass(stage, "all is well", script.act());
        receiver.shut();
        pass(stage, "the receiver is down", script.outage());
        receiver.open();
        for (Mood mood : List.of(Mood.FAILING, Mood.BUSY, Mood.SLOW, Mood.DROPPING)) {
            receiver.be(mood);
            pass(stage, "the receiver is " + mood.name().toLowerCase(Locale.ROOT), script.act());
        }
        receiver.be(Mood.WELL);
    }

    private void gatewayFails(Stage stage) throws InterruptedException {
        for (int i = 0; i < script.killed(); i++) {
            long from = System.nanoTime();
            progress.say("the gateway is killed");
            stage.gateway().kill();
            stage.gateway().restart();
            Duration back = Duration.ofNanos(System.nanoTime() - from);
            if (script.killEvery().compareTo(back) > 0) {
                pass(stage, "it is back", script.killEvery().minus(back));
            }
        }
    }

    private void nodeFails(Stage stage) throws InterruptedException {
        stage.agent().kill();
        stage.agent().restart();
        pass(stage, "the agent was killed", script.act());
    }

    private void storeFails(Stage stage) throws InterruptedException {
        stage.store().crash();
        pass(stage, "the store is down", script.act());
        stage.store().restart();
    }

    /** Nothing can be handed on, and nothing more be kept. */
    private void diskFull(Stage stage) throws InterruptedException {
        stage.gateway().kill();
        stage.disk().fill();
        pass(stage, "the agent's disk is full and the gateway is away", script.act());
        stage.disk().clear();
        stage.gateway().restart();
    }

    /** What came meanwhile is counted at the end: bodies would fill the memory. */
    private void pass(Stage stage, String what, Duration time) throws InterruptedException {
        progress.say(what);
        Thread.sleep(time);
        stage.books().hear();
    }

    private Books.Balance settle(Books books, int sent) throws InterruptedException {
        progress.say("waiting for what is still to come");
        long end = System.nanoTime() + script.settled().toNanos();
        Books.Balance balance = books.balance(sent);
        while (!balance.settled() && System.nanoTime() < end) {
            progress.say(balance.toString());
            Thread.sleep(LOOK);
            balance = books.balance(sent);
        }
        return balance;
    }

    Section measure() throws Exception {
        Books.Balance balance = balance();
        Books.Told told = balance.told();
        return new Section(
                "Ledger",
                RUNNERS
                        + " runners, "
                        + RATE
                        + " denials a second; the receiver down for "
                        + script.outage().toSeconds()
                        + " s; for "
                        + script.act().toSeconds()
                        + " s each: the receiver answering 500, 429, slowly, not at all, the agent"
                        + " killed, PostgreSQL crashed, the agent's disk full without a gateway;"
                        + " the gateway killed "
                        + script.killed()
                        + " times, every "
                        + script.killEvery().toSeconds()
                        + " s; all compared by the number of the packet",
                List.of(
                        Line.of("packets denied", "%d", balance.sent()),
                        Line.of("in the store", "%d", balance.stored()),
                        Line.of("not in the store", "%d", balance.lost()),
                        Line.of("stated by loss events", "%d", balance.stated()),
                        none("lost without a word", balance.unstated(), "packets"),
                        none("stored, but never at /events", told.noEvent(), "events"),
                        none("stored, but never at /alerts", told.noAlert(), "events"),
                        Line.of("came again, with the same id", "%d", told.again()),
                        none("came with an id that is not stored", told.unknown(), "events"),
                        none("packets stored under a second id", balance.renamed(), "packets")),
                List.of());
    }

    private static Line none(String what, long count, String unit) {
        return Line.of(what, "%d", count).atMost((double) count, 0, unit);
    }
}
