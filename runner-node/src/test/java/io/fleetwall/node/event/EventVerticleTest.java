package io.fleetwall.node.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.Command;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.protocol.event.Event;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.UuidV7;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Losses by an agent's death and by a full disk, on a file system of 1 MiB of its own. */
class EventVerticleTest {
    private static final long ROOMY = 64L << 20;
    private final UuidV7 ids = new UuidV7(InstantSource.system(), new Random(1));
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final Path disk;
    private final Vertx vertx = Vertx.vertx();

    EventVerticleTest(@TempDir Path directory) {
        disk = directory;
        LocalCodec.register(vertx.eventBus());
    }

    @BeforeEach
    void mount() {
        Command.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() {
        vertx.close().await();
        Command.run("umount", "-l", disk.toString());
    }

    private Spool spool() throws IOException {
        return Spool.open(disk.resolve("spool"), ids.next(), ROOMY);
    }

    private EventVerticle deploy(Spool spool) {
        vertx.eventBus()
                .<EventBatch>localConsumer(
                        Addresses.LINK_SAY,
                        m -> {
                            heard.addAll(m.body().events());
                            vertx.eventBus()
                                    .send(
                                            Addresses.EVENT_ACK,
                                            new EventAck(m.body().boot(), m.body().lastSequence()));
                        });
        EventVerticle verticle = new EventVerticle("node", spool, ids, InstantSource.system());
        vertx.deployVerticle(
                        verticle,
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
        return verticle;
    }

    private void linkIsUp() {
        vertx.eventBus().send(Addresses.LINK_STATE, new LinkState.Up("gateway", 2));
    }

    private long told(EventKind kind) {
        return heard.stream().filter(e -> e.kind() == kind).mapToLong(Event::count).sum();
    }

    private static Happening denial(long count) {
        return happening(EventKind.FLOW_DENIED, count);
    }

    private static Happening happening(EventKind kind, long count) {
        return new Happening(
                "r",
                kind,
                Instant.EPOCH,
                Optional.empty(),
                Happening.Subject.NONE,
                count,
                "blocked tcp to 192.0.2.1 port 443: denied-by-default".repeat(20));
    }

    @Test
    void what_a_killed_agent_had_in_memory_is_stated_by_the_next() throws IOException {
        Spool killed = spool();
        killed.untold().add(7); // counted as a repeat, and then the process is gone
        Spool next = spool();
        deploy(next);
        linkIsUp();
        Await.orFail("a loss event", Duration.ofSeconds(60), () -> told(EventKind.LOSS) == 7);
        assertEquals(0, next.untold().now());
    }

    @Test
    void what_a_full_disk_does_not_take_is_stated_to_the_packet() throws IOException {
        Spool spool = spool();
        EventVerticle verticle = deploy(spool);
        Path filler = disk.resolve("filler");
        Command.run("sh", "-c", "head -c 2m /dev/zero > " + filler + " 2>/dev/null || true");
        for (int i = 0; i < 500; i++) {
            spool.untold().add(3);
            vertx.eventBus().send(Addresses.EVENT, denial(3));
        }
        Await.orFail("a full disk", Duration.ofSeconds(60), () -> verticle.lost() > 0);
        Files.delete(filler);
        linkIsUp();
        Await.orFail(
                "every packet told or stated",
                Duration.ofSeconds(60),
                () -> spool.untold().now() == 0);
        Await.orFail(
                "1,500 packets",
                Duration.ofSeconds(60),
                () -> told(EventKind.LOSS) + told(EventKind.FLOW_DENIED) == 1500);
        assertTrue(told(EventKind.LOSS) > 0);
    }

    @Test
    void on_a_full_disk_denials_put_out_allowed_flows_and_the_loss_says_of_which_kind()
            throws IOException {
        Spool spool = spool();
        EventVerticle verticle = deploy(spool);
        int allowed = 0;
        for (int i = 0; i < 50 || verticle.lost() == 0; i++) {
            send(spool, EventKind.FLOW_ALLOWED, 2);
            allowed += 2;
            if (i % 50 == 0) {
                Await.orFail(
                        "the verticle has come so far",
                        Duration.ofSeconds(60),
                        () -> spool.untold().now() <= verticle.lost());
            }
        }
        for (int i = 0; i < 300; i++) {
            send(spool, EventKind.FLOW_DENIED, 1);
        }
        linkIsUp();
        Await.orFail(
                "every denial", Duration.ofSeconds(60), () -> told(EventKind.FLOW_DENIED) == 300);
        Await.orFail(
                "all is told or stated",
                Duration.ofSeconds(60),
                () -> spool.untold().now() == 0 && verticle.lost() == 0);
        long every = allowed;
        Await.orFail(
                "every allowed flow told or stated",
                Duration.ofSeconds(60),
                () -> told(EventKind.FLOW_ALLOWED) + told(EventKind.LOSS) == every);
        assertTrue(told(EventKind.LOSS) > 0);
        assertTrue(
                heard.stream()
                        .filter(event -> event.kind() == EventKind.LOSS)
                        .allMatch(event ->
                                event.message().startsWith("flow.allowed events were not kept")));
    }

    private void send(Spool spool, EventKind kind, long count) {
        spool.untold().add(count);
        vertx.eventBus().send(Addresses.EVENT, happening(kind, count));
    }
}
