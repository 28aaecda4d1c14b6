package io.fleetwall.load.gateway;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The gateway in a process of its own; may be killed and started again. */
public final class LaunchedGateway implements AutoCloseable {
    /** Where nodes find it, by default. */
    public static final int LINK_PORT = 7443;

    private static final Duration START = Duration.ofMinutes(1);

    private final GatewayApi api;
    private final Programs programs;
    private final Path directory;
    private ChildProcess child;

    private LaunchedGateway(Programs programs, Path directory) {
        this.programs = programs;
        this.directory = directory;
        this.api = new GatewayApi(directory.resolve("state"));
        this.child = launch();
    }

    /** With lines of configuration besides its name and place. */
    public static LaunchedGateway start(Path directory, String settings) throws IOException {
        return start(Programs.LAUNCHED, directory, settings);
    }

    /** The same, not necessarily by its launcher. */
    public static LaunchedGateway start(Programs programs, Path directory, String settings)
            throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("gateway.yaml"),
                """
                gateway: {name: bench}
                state: {directory: "%s"}
                %s
                """
                        .formatted(directory.resolve("state"), settings));
        LaunchedGateway gateway = new LaunchedGateway(programs, directory);
        gateway.awaitReady();
        return gateway;
    }

    private ChildProcess launch() {
        return ChildProcess.daemon(
                "gateway",
                directory.resolve("gateway.log"),
                programs.gateway(directory.resolve("gateway.yaml")));
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
