package io.fleetwall.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig.KeyPairFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authorities that the operator brings, made by openssl; those that are no use are refused. */
final class ExternalAuthorityTest {
    private static final String CA = "basicConstraints=critical,CA:TRUE";
    private static final String SIGNS = "keyUsage=critical,keyCertSign";

    @TempDir Path directory;
    private OpenSsl openssl;

    @BeforeEach
    void authorities() {
        openssl = new OpenSsl(directory).root("root", "CA:TRUE,pathlen:1");
        openssl.issue("fleet", "root", "ec", CA + ",pathlen:0", SIGNS);
    }

    private static FleetAuthority read(KeyPairFiles files) {
        return ExternalAuthority.read(files, InstantSource.system());
    }

    private static void refused(KeyPairFiles files, InstantSource clock, String... words) {
        var why =
                assertThrows(
                        IllegalStateException.class, () -> ExternalAuthority.read(files, clock));
        String said = String.valueOf(why.getMessage());
        for (String word : words) {
            assertTrue(said.contains(word), said);
        }
        assertTrue(said.endsWith(")"), "what to do: " + said);
    }

    private void refused(KeyPairFiles files, String... words) {
        refused(files, InstantSource.system(), words);
    }

    @Test
    void whatItIssuesIsGoodUpToTheRootAndNothingOutlivesIt() throws Exception {
        openssl.issue("with-rsa", "root", "rsa:2048", CA + ",pathlen:0", SIGNS);
        for (String name : List.of("fleet", "with-rsa")) {
            FleetAuthority authority = read(openssl.authority(name, name, "root"));
            var issued = authority.node("n", Duration.ofDays(3_650));
            assertTrue(openssl.verify("root", authority.shown(issued)).contains("OK"));
            assertEquals(
                    Pem.certificate(openssl.read("root.pem")), Pem.certificate(authority.pem()));
            var own = Pem.certificate(authority.issuer());
            assertEquals(own.getNotAfter(), issued.getNotAfter());
        }
    }

    @Test
    void aRootAloneIsAnAuthorityToo() throws Exception {
        FleetAuthority authority = read(openssl.authority("root", "root"));
        var issued = authority.node("n", Duration.ofDays(1));
        assertTrue(openssl.verify("root", authority.shown(issued)).contains("OK"));
    }

    @Test
    void whatTheFilesLackIsSaid() {
        refused(openssl.authority("root", "fleet", "root"), "is not the key of 'CN=fleet'");
        refused(openssl.authority("fleet", "fleet"), "'CN=fleet' is no root", "the root last");
        refused(openssl.authority("root", "root", "fleet"), "'CN=fleet' allows a path length of 0");
        refused(
                new KeyPairFiles(directory.resolve("none"), directory.resolve("fleet.key")),
                "cannot be read");
        openssl.write("text.pem", "no certificate");
        refused(openssl.authority("fleet", "text"), "holds no certificates");
        openssl.write("text.key", "no key");
        refused(openssl.authority("text", "fleet", "root"), "holds no key of EC", "pkcs8 -topk8");
        openssl.root("other", "CA:TRUE");
        refused(openssl.authority("fleet", "fleet", "other"), "not issued by 'CN=other'");
    }

    @Test
    void whatTheCertificatesForbidIsSaid() {
        openssl.issue("leaf", "root", "ec", "basicConstraints=critical,CA:FALSE");
        refused(openssl.authority("leaf", "leaf", "root"), "'CN=leaf' is no authority's");
        openssl.issue("below", "fleet", "ec", CA, SIGNS);
        refused(
                openssl.authority("below", "below", "fleet", "root"),
                "'CN=fleet' allows a path length of 0",
                "1 authorities stand under it");
        openssl.issue(
                "narrow",
                "root",
                "ec",
                CA,
                SIGNS,
                "nameConstraints=critical,permitted;URI:.acme.example");
        refused(openssl.authority("narrow", "narrow", "root"), "'CN=narrow' issues is not valid");
        openssl.issue("weak", "root", "rsa:1024", CA, SIGNS);
        refused(openssl.authority("weak", "weak", "root"), "'CN=weak' has a key of RSA");
    }

    @Test
    void whatHasEndedOrHasNotBegunIsSaid() {
        KeyPairFiles files = openssl.authority("fleet", "fleet", "root");
        Instant now = Instant.now();
        refused(files, () -> now.plus(Duration.ofDays(400)), "'CN=fleet' has expired: ");
        refused(files, () -> now.plus(Duration.ofDays(4_000)), "'CN=fleet' has expired: ");
        refused(files, () -> now.minus(Duration.ofDays(1)), "'CN=fleet' is not valid before ");
    }
}
