package io.fleetwall.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.Ran;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hooks' commands against a socket that answers once. */
class JobCommandTest {
    private static final Map<String, String> GITHUB =
            Map.of(
                    "GITHUB_REPOSITORY", "acme/api-service",
                    "GITHUB_WORKFLOW_REF",
                            "acme/api-service/.github/workflows/build.yml@refs/heads/main",
                    "GITHUB_JOB", "build",
                    "GITHUB_REF", "refs/heads/main",
                    "GITHUB_RUN_ID", "4711",
                    "GITHUB_RUN_ATTEMPT", "2",
                    "GITHUB_ACTOR", "octocat",
                    "FLEETWALL_RUNNER", "a");

    @TempDir private Path directory = Path.of("");

    private record Exchange(Ran ran, String request) {}

    private Exchange answered(String answer, String... arguments) throws IOException {
        Path socket = directory.resolve("job.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<String> request =
                    CompletableFuture.supplyAsync(() -> answer(server, answer));
            Map<String, String> environment = new HashMap<>(GITHUB);
            environment.put("FLEETWALL_JOB_SOCKET", socket.toString());
            Ran ran = Ran.with(environment, arguments);
            return new Exchange(ran, request.join());
        }
    }

    private static String answer(ServerSocketChannel server, String answer) {
        try (SocketChannel client = server.accept()) {
            String request =
                    new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8))
                            .readLine();
            client.write(StandardCharsets.UTF_8.encode(answer));
            return request;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void startTakesTheScopeFromGitHubsEnvironment() throws IOException {
        Exchange exchange =
                answered(
                        "{\"ok\":true,\"revision\":3,\"digest\":\"0123456789abcdef\",\"millis\":7}\n",
                        "job",
                        "start");
        assertEquals(ExitCode.OK, exchange.ran().exitCode(), exchange.ran().err());
        assertEquals(
                "policy revision 3 in force after 7 ms (digest 0123456789ab)\n",
                exchange.ran().out());
        assertEquals(
                "{\"op\":\"start\",\"runner\":\"a\",\"organization\":\"acme\","
                        + "\"repository\":\"acme/api-service\",\"workflow\":\"build.yml\","
                        + "\"job\":\"build\",\"ref\":\"refs/heads/main\",\"runId\":\"4711\","
                        + "\"attempt\":2,\"actor\":\"octocat\"}",
                exchange.request());
    }

    @Test
    void aRefusalStopsTheJobWithItsReason() throws IOException {
        Exchange exchange =
                answered(
                        "{\"ok\":false,\"code\":\"FW-J002\",\"message\":\"no policy\",\"hint\":\"wait\"}\n",
                        "job",
                        "start");
        assertEquals(ExitCode.REFUSED, exchange.ran().exitCode());
        assertEquals("fleetwall: FW-J002: no policy\n  hint: wait\n", exchange.ran().err());
    }

    @Test
    void aConnectionThatEndsWithoutAnAnswerIsNoYes() throws IOException {
        assertEquals(ExitCode.REFUSED, answered("", "job", "start").ran().exitCode());
    }

    @Test
    void finishAndStatusNameTheRunner() throws IOException {
        Exchange exchange = answered("{\"ok\":true,\"revision\":3}\n", "job", "finish");
        assertEquals("{\"op\":\"finish\",\"runner\":\"a\"}", exchange.request());
        assertEquals("idle policy in force (revision 3)\n", exchange.ran().out());
    }

    @Test
    void dnsTopShowsWhatIsAskedAndWhatIsRefusedMostFirst() throws IOException {
        String answer =
                "{\"ok\":true,\"runner\":\"a\",\"asked\":[{\"name\":\"npm.example\",\"count\":3200},"
                        + "{\"name\":\"git.example\",\"count\":16},{\"name\":\"c.example\",\"count\":16}],"
                        + "\"denied\":[{\"name\":\"evil.example\",\"count\":7}]}\n";
        Exchange exchange = answered(answer, "dns", "top", "--limit", "2");
        assertEquals("{\"op\":\"dns-top\",\"runner\":\"a\"}", exchange.request());
        assertEquals(
                """
                QUESTIONS  NAME
                3200       npm.example
                16         git.example

                DENIED  NAME
                7       evil.example
                """,
                exchange.ran().out());
        assertEquals(
                ExitCode.USAGE,
                Ran.with(Map.of("FLEETWALL_RUNNER", "a"), "dns", "top", "--limit", "0").exitCode());
    }

    @Test
    void dnsTopAsJsonIsTheNodesAnswer() throws IOException {
        String answer = "{\"ok\":true,\"runner\":\"a\",\"asked\":[],\"denied\":[]}\n";
        assertEquals(answer, answered(answer, "dns", "top", "--json").ran().out());
    }

    @Test
    void withoutARunnerNodeTheJobDoesNotStart() {
        Ran ran =
                Ran.with(
                        Map.of("FLEETWALL_JOB_SOCKET", directory.resolve("none").toString()),
                        "job",
                        "start",
                        "--runner",
                        "a");
        assertEquals(ExitCode.UNREACHABLE, ran.exitCode());
        assertTrue(ran.err().contains("FLEETWALL_JOB_SOCKET"), ran.err());
    }

    @Test
    void withoutARunnersNameNothingIsAnnounced() {
        assertEquals(ExitCode.USAGE, Ran.with(Map.of(), "job", "start").exitCode());
    }
}
