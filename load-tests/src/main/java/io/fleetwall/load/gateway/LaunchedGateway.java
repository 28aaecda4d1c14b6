package io.fleetwall.load.gateway;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The gateway as it is shipped, started by its launcher; may be killed and started again. */
public final class LaunchedGateway implements AutoCloseable {
    /** Where nodes find it, by default. */
    public static final int LINK_PORT = 7443;

    private static final Duration START = Duration.ofMinutes(1);

    private final GatewayApi api;
    private final Path directory;
    private ChildProcess child;

    private LaunchedGateway(Path directory) {
        this.directory = directory;
        this.api = new GatewayApi(directory.resolve("state"));
        this.child = launch();
    }

    /** With lines of configuration besides its name and place. */
    public static LaunchedGateway start(Path directory, String settings) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("gateway.yaml"),
                """
                gateway: {name: bench}
                state: {directory: "%s"}
                %s
                """
                        .formatted(directory.resolve("state"), settings));
        LaunchedGateway gateway = new LaunchedGateway(directory);
        gateway.awaitReady();
        return gateway;
    }

    private ChildProcess launch() {
        String launcher = Path.of(System.getProperty("fleetwall.home"), "fleetwall").toString();
        return ChildProcess.daemon(
                "gateway",
                directory.resolve("gateway.log"),
                List.of(
                        launcher,
                        "gateway",
                        "--config",
                        directory.resolve("gateway.yaml").toString()));
    }

    private void awaitReady() {
        Await.orFail(
                "the gateway's start",
                START,
                () -> {
                    child.mustLive();
                    return api.ready();
                });
    }

    /** What it answers, also while it starts. */
    public GatewayApi api() {
        return api;
    }

    /** Its state directory. */
    public Path state() {
        return api.state();
    }

    /** Its process. */
    public long pid() {
        return child.process().pid();
    }

    /** Dies as by SIGKILL. */
    public void kill() {
        child.kill();
    }

    /** Comes back on the same state. */
    public void restart() {
        child = launch();
        awaitReady();
    }

    @Override
    public void close() {
        api.close();
        child.close();
    }
}
