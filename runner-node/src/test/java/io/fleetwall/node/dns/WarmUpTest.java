package io.fleetwall.node.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.process.Quickest;
import io.fleetwall.node.fleet.Await;
import io.fleetwall.node.fleet.TestAgent;
import io.fleetwall.node.fleet.TestNetwork;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of a new policy are in the kernel's tables before a job asks for them. */
class WarmUpTest {
    private static final String ADDED =
            """
            allow:
              - host: new.acme.test
                ports: [8443/tcp]
              - host: "*.wild.acme.test"
              - host: bad.acme.test
            deny:
              - host: bad.acme.test
            """;

    private TestNetwork network;
    private StubUpstream upstream;
    private TestAgent agent;

    @SuppressWarnings("NullAway.Init") // set up before each test
    WarmUpTest() {}

    @BeforeEach
    void start(@TempDir Path place) throws Exception {
        network = TestNetwork.create(31);
        upstream = new StubUpstream(Zone::answer);
        int port = upstream.address().getPort();
        agent =
                TestAgent.create(
                        place,
                        network.host(),
                        "dns: { upstreams: [\"127.0.0.1:" + port + "\"] }\n");
    }

    @AfterEach
    void stop() throws Exception {
        agent.uninstall();
        upstream.close();
        network.close();
    }

    @Test
    void after_a_swap_the_first_connection_to_a_new_host_waits_for_no_resolver() throws Exception {
        agent.start();
        assertFalse(passes(), "before the swap");
        swap(ADDED);
        // A cold JVM's first round may outlast the wait; no job has asked for the name all the
        // same.
        Await.until(this::passes, () -> "refused by its address; asked " + asked());
        assertEquals(Set.of("new.acme.test"), asked(), "neither wildcards nor denied names");
        int before = upstream.udpQueries().size();
        var said = network.inside("dig", "+short", "+tries=1", "@10.0.31.1", "new.acme.test");
        assertTrue(said.text().contains("192.0.2.1"), said::text);
        assertEquals(before, upstream.udpQueries().size(), "answered from the cache");
    }

    @Test
    void an_upstream_that_is_silent_holds_no_policy_up() throws Exception {
        agent.start();
        // An upstream gets 1.2 s, twice.
        Quickest.isBelow(Duration.ofMillis(1_100), this::flipped);
        Await.until(() -> asked().equals(Set.of("silent.acme.test")), () -> asked().toString());
    }

    private Duration flipped() throws Exception {
        swap("mode: enforce");
        Applied applied = swap("allow:\n  - host: silent.acme.test\n");
        assertTrue(applied.micros() >= 200_000, applied::toString);
        return Duration.of(applied.micros(), ChronoUnit.MICROS);
    }

    @Test
    void its_listener_is_out_of_a_jobs_reach_and_answers_nothing_but_its_own_names()
            throws Exception {
        agent.policy("default: allow");
        agent.start();
        Set<String> before = listening();
        swap("default: allow\nallow:\n  - host: silent.acme.test\n  - host: \"*.acme.test\"\n");
        Set<String> after = new HashSet<>(listening());
        after.removeAll(before);
        assertEquals(1, after.size(), () -> "open while the upstream is silent: " + after);
        String port = after.iterator().next();
        Process here = new ProcessBuilder(dig("127.0.0.1", port, "x.acme.test")).start();
        String text = new String(here.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(text.contains("status: REFUSED"), text);
        for (String server : List.of("10.0.31.1", "127.0.0.1")) {
            var said = network.inside(dig(server, port, "silent.acme.test"));
            assertFalse(said.text().contains("status:"), () -> server + " " + said.text());
        }
    }

    private static String[] dig(String server, String port, String name) {
        return new String[] {"dig", "+tries=1", "+time=1", "@" + server, "-p", port, name};
    }

    /** Nobody answers there; what the filter denies is refused at once. */
    private boolean passes() {
        try {
            var said =
                    network.inside("timeout", "4", "bash", "-c", "exec 3<>/dev/tcp/192.0.2.1/8443");
            return !said.text().contains("refused");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Applied swap(String spec) throws Exception {
        Scope idle = new Scope(new TreeSet<>(), Optional.empty());
        long next = last().revision() + 1;
        agent.gateway().say(new Desired("r", agent.fleet().sign(next, idle, spec)));
        Await.until(() -> last().revision() == next, () -> agent.gateway().heard().toString());
        return last();
    }

    private Applied last() {
        return agent.gateway().heard(Applied.class).getLast();
    }

    private Set<String> asked() {
        return upstream.udpQueries().stream()
                .map(Zone::name)
                .map(name -> name.toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** TCP ports of 127.0.0.1 that are listened at here. */
    private static Set<String> listening() throws IOException {
        return Files.readAllLines(Path.of("/proc/net/tcp6")).stream()
                .map(line -> line.trim().split(" +"))
                .filter(row ->
                        row[1].startsWith("0000000000000000FFFF00000100007F:")
                                && row[3].equals("0A"))
                .map(row -> Integer.toString(Integer.parseInt(row[1].substring(33), 16)))
                .collect(Collectors.toSet());
    }
}
