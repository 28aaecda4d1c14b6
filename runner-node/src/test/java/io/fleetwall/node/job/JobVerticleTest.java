package io.fleetwall.node.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LocalCodec;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.bus.TopQuestion;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.Roster;
import io.fleetwall.node.dns.figure.TopNames;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.protocol.message.Digest;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job socket's conversation; behind it a runner that agrees to everything. */
class JobVerticleTest {
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final List<RunnerCommand> told = new CopyOnWriteArrayList<>();
    private final Path directory;
    private final Path socket;

    JobVerticleTest(@TempDir Path directory) {
        this.directory = directory;
        socket = directory.resolve("run/job.sock");
        LocalCodec.register(vertx.eventBus());
        vertx.eventBus()
                .<RunnerCommand>localConsumer(
                        Addresses.runner("r"),
                        m -> {
                            told.add(m.body());
                            m.reply(new RunnerCommand.Transition.InForce(7, Digest.NONE, 3));
                        });
    }

    private void serve(Set<Long> owners) throws Exception {
        NodeConfig config =
                new NodeConfig(
                        "n",
                        new NodeConfig.Gateway(URI.create("https://g"), "", Optional.empty()),
                        socket,
                        socket,
                        new NodeConfig.JobSocket(socket, owners, Duration.ofSeconds(10)),
                        List.of(
                                new NodeConfig.Runner(
                                        "r", "fw", NodeConfig.Direction.INGRESS, Set.of())),
                        new NodeConfig.Dns(5353, List.of(), false),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        1 << 20);
        vertx.deployVerticle(new JobVerticle(config, new Roster(config.runners())))
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void lines_are_answered_one_by_one_in_order_also_when_they_come_at_once() throws Exception {
        serve(Set.of(0L));
        List<String> answers =
                exchange(
                        """
                        {"op":"start","runner":"r","repository":"acme/api","attempt":2}
                        {"op":"finish","runner":"r"}
                        {"op":"finish","runner":"nobody"}
                        {"op":"dance","runner":"r"}
                        """,
                        4);
        assertEquals(7, new JsonObject(answers.get(0)).getLong("revision"));
        assertTrue(new JsonObject(answers.get(1)).getBoolean("ok"));
        assertEquals("FW-J002", new JsonObject(answers.get(2)).getString("code"));
        assertEquals("FW-J001", new JsonObject(answers.get(3)).getString("code"));
        assertEquals(2, told.size());
        RunnerCommand.Start start = (RunnerCommand.Start) told.getFirst();
        assertEquals("acme/api", start.job().repository());
        assertEquals(2, start.job().attempt());
        assertEquals("", start.job().actor());
    }

    @Test
    void the_names_that_a_runner_asks_for_most_are_the_dns_proxys_to_tell() throws Exception {
        vertx.eventBus()
                .<TopQuestion>localConsumer(
                        Addresses.DNS_TOP,
                        m ->
                                m.reply(
                                        TopNames.of(
                                                Map.of(m.body().runner() + ".example", 32L),
                                                Map.of("few.example", 1L, "many.example", 9L))));
        serve(Set.of(0L));
        assertEquals(
                "{\"ok\":true,\"runner\":\"r\",\"asked\":[{\"name\":\"r.example\",\"count\":32}],"
                        + "\"denied\":[{\"name\":\"many.example\",\"count\":9},"
                        + "{\"name\":\"few.example\",\"count\":1}]}",
                exchange("{\"op\":\"dns-top\",\"runner\":\"r\"}\n", 1).getFirst());
    }

    @Test
    void what_is_no_request_is_refused_in_words_and_tells_the_runner_nothing() throws Exception {
        serve(Set.of(0L));
        for (String line :
                List.of(
                        "hello",
                        "[]",
                        "{}",
                        "{\"op\":\"start\"}",
                        "{\"op\":\"start\",\"runner\":7}",
                        "{\"op\":\"start\",\"runner\":\"r\",\"attempt\":\"x\"}",
                        "{\"op\":\"start\",\"runner\":\"r\",\"ref\":\""
                                + "x".repeat(2000)
                                + "\"}")) {
            JsonObject answer = new JsonObject(exchange(line + "\n", 1).getFirst());
            assertFalse(answer.getBoolean("ok"), line);
            assertEquals("FW-J001", answer.getString("code"), line);
        }
        assertEquals(List.of(), told);
    }

    @Test
    void a_line_without_an_end_is_refused_and_the_connection_closed() throws Exception {
        serve(Set.of(0L));
        List<String> answers = exchange("x".repeat(40_000), 2);
        assertEquals(1, answers.size());
        assertEquals("FW-J001", new JsonObject(answers.getFirst()).getString("code"));
    }

    @Test
    void only_root_may_connect_unless_others_are_configured() throws Exception {
        serve(Set.of(0L));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        // Even where the file's mode would let others in, their user id does not.
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        openUp();
        assertEquals("", asNobody());
        assertEquals(List.of(), told);
    }

    @Test
    void a_configured_user_may_connect() throws Exception {
        serve(Set.of(0L, 65534L));
        openUp();
        assertTrue(asNobody().contains("\"ok\":true"));
    }

    private void openUp() throws IOException {
        for (Path path : List.of(directory, directory.resolve("run"))) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private String asNobody() throws IOException {
        String script =
                """
                import os, socket, sys
                os.setgid(65534); os.setuid(65534)
                s = socket.socket(socket.AF_UNIX); s.settimeout(30); s.connect(sys.argv[1])
                try:
                    s.sendall(b'{"op":"finish","runner":"r"}\\n')
                    print(s.recv(65536).decode(), end="")
                except (BrokenPipeError, ConnectionResetError):
                    pass
                """;
        Process process =
                new ProcessBuilder("python3", "-c", script, socket.toString())
                        .redirectErrorStream(true)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Sends everything at once, reads lines until there are so many or the other side closes. */
    private List<String> exchange(String text, int lines) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer out = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (out.hasRemaining()) {
                channel.write(out);
            }
            channel.configureBlocking(false);
            ByteBuffer in = ByteBuffer.allocate(65536);
            Await.until(() -> read(channel, in, lines), () -> text(in));
            return text(in).lines().toList();
        }
    }

    private static boolean read(SocketChannel channel, ByteBuffer in, int lines) {
        try {
            return channel.read(in) < 0
                    || (text(in).lines().count() >= lines && text(in).endsWith("\n"));
        } catch (IOException e) {
            // Closed by the other side with bytes of ours unread.
            return true;
        }
    }

    private static String text(ByteBuffer in) {
        return StandardCharsets.UTF_8.decode(in.duplicate().flip()).toString();
    }
}
