package io.fleetwall.gateway;

import io.fleetwall.gateway.identity.FleetAuthority;
import io.fleetwall.gateway.identity.ServerIdentity;
import io.fleetwall.gateway.identity.StateDirectory;
import io.fleetwall.laboratory.process.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A real rsyslog that listens with TLS on loopback and writes what it read out of each message. */
final class Rsyslog implements AutoCloseable {
    private static final List<String> PROPERTIES =
            List.of("pri", "hostname", "app-name", "procid", "msgid", "msg");
    private final Path directory;
    private final ChildProcess child;
    private final int port;

    private Rsyslog(Path directory, ChildProcess child, int port) {
        this.directory = directory;
        this.child = child;
        this.port = port;
    }

    static Rsyslog start(Path directory) throws IOException {
        Files.createDirectories(directory);
        FleetAuthority ca =
                FleetAuthority.open(
                        StateDirectory.open(directory.resolve("ca")), InstantSource.system());
        ServerIdentity shown = ca.server(List.of("127.0.0.1"));
        Files.writeString(directory.resolve("ca.pem"), ca.pem());
        Files.writeString(directory.resolve("key.pem"), shown.key());
        Files.writeString(directory.resolve("chain.pem"), shown.chain());
        int port = Ports.unused();
        Path settings = directory.resolve("rsyslog.conf");
        Files.writeString(settings, settings(directory, port));
        Path pid = directory.resolve("pid");
        ChildProcess child =
                ChildProcess.daemon(
                        "rsyslogd",
                        directory.resolve("log"),
                        List.of("rsyslogd", "-n", "-f", settings.toString(), "-i", pid.toString()));
        Rsyslog server = new Rsyslog(directory, child, port);
        Eventually.holds("rsyslog listens", server::listens);
        return server;
    }

    private static String settings(Path directory, int port) {
        StringBuilder parts = new StringBuilder();
        for (String property : PROPERTIES) {
            parts.append(
                    "property(outname=\"%1$s\" name=\"%1$s\" format=\"jsonf\") constant(value=\",\") "
                            .formatted(property));
        }
        return """
        global(workDirectory="%1$s" defaultNetstreamDriver="ossl"
               defaultNetstreamDriverCAFile="%1$s/ca.pem"
               defaultNetstreamDriverCertFile="%1$s/chain.pem"
               defaultNetstreamDriverKeyFile="%1$s/key.pem")
        module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1"
               StreamDriver.AuthMode="anon")
        template(name="read" type="list") {
            constant(value="{") %2$s
            property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
            constant(value="}\\n")
        }
        input(type="imtcp" address="127.0.0.1" port="%3$d" ruleset="keep")
        ruleset(name="keep") { action(type="omfile" file="%1$s/read.ndjson" template="read") }
        """
                .formatted(directory, parts, port);
    }

    private boolean listens() {
        child.mustLive();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** Whose certificates it shows. */
    Path authority() {
        return directory.resolve("ca.pem");
    }

    /** What it read, by its own names of the parts; not a line that it is about to write. */
    List<JsonObject> read() {
        Path file = directory.resolve("read.ndjson");
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            return whole.lines().map(JsonObject::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        child.close();
    }
}
