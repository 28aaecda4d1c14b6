package io.fleetwall.node;

import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.DataPlaneConfig;
import io.fleetwall.node.config.ConfigReader;
import io.fleetwall.node.config.ConfigReader.Reading;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.enforce.DnsRedirect;
import io.fleetwall.node.redirect.ControlGroup;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The agent's command: runs until it is told to stop, or removes what it left in the kernel. */
public final class RunnerNode {
    private static final String HELP =
            """
            fleetwall runner-node --config FILE             enforce, until SIGTERM or SIGINT
            fleetwall runner-node uninstall --config FILE   remove the filter and the redirect

            A stopped or killed agent leaves the last policy in force. Only `uninstall` takes it
            away. SIGHUP has FILE read again: runners may be added and removed. FILE: see conf/runner-node.yaml.
            Exit status: 0 done, 1 could not start or uninstall, 2 wrong usage or configuration.
            """;

    private static final long CLOSE_SECONDS = 20;

    private RunnerNode() {}

    /**
     * What the command line asks for. Each does it itself: at start, a switch over patterns makes a
     * class.
     */
    private sealed interface Command {
        /** Does it; the exit status. */
        int run() throws Exception;

        record Help() implements Command {
            @Override
            public int run() {
                System.out.print(HELP);
                return 0;
            }
        }

        record Run(Path config) implements Command {
            @Override
            public int run() throws Exception {
                return configured(config, (read, vertx) -> RunnerNode.run(config, read, vertx));
            }
        }

        record Uninstall(Path config) implements Command {
            @Override
            public int run() throws Exception {
                return configured(config, RunnerNode::uninstall);
            }
        }

        record Wrong(String problem) implements Command {
            @Override
            public int run() {
                System.err.println("runner-node: " + problem);
                System.err.print(HELP);
                return 2;
            }
        }
    }

    @SuppressWarnings("SystemExitOutsideMain") // only here
    public static void main(String... arguments) throws Exception {
        System.exit(command(arguments).run());
    }

    private static Command command(String... arguments) {
        Optional<Path> config = Optional.empty();
        boolean uninstall = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "-h", "--help", "help" -> {
                    return new Command.Help();
                }
                case "uninstall" -> uninstall = true;
                case "--config" -> {
                    if (++i == arguments.length) {
                        return new Command.Wrong("--config needs a file");
                    }
                    config = Optional.of(Path.of(arguments[i]));
                }
                default -> {
                    return new Command.Wrong("what is '" + arguments[i] + "'?");
                }
            }
        }
        if (config.isEmpty()) {
            return new Command.Wrong("--config is missing");
        }
        return uninstall ? new Command.Uninstall(config.get()) : new Command.Run(config.get());
    }

    private interface Action {
        int run(NodeConfig config, Vertx vertx) throws Exception;
    }

    private static int configured(Path file, Action action) throws Exception {
        DataPlane.prepare();
        Vertx vertx = vertx();
        try {
            Reading reading =
                    ConfigReader.read(vertx, file)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(CLOSE_SECONDS, TimeUnit.SECONDS);
            if (reading instanceof Reading.Usable(NodeConfig config)) {
                return action.run(config, vertx);
            }
            ((Reading.Unusable) reading)
                    .problems()
                    .forEach(problem -> System.err.println(file + ": " + problem));
            return 2;
        } catch (Exception e) {
            failed(System.err, e);
            return 1;
        } finally {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void failed(PrintStream err, Exception e) {
        err.println("runner-node: " + e.getMessage());
        e.printStackTrace(err);
    }

    /** Few threads: the agent shares a small machine with builds, and its work is in the kernel. */
    private static Vertx vertx() {
        return Vertx.vertx(
                new VertxOptions()
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(2)
                        .setWorkerPoolSize(2)
                        .setInternalBlockingPoolSize(2));
    }

    private static int run(Path file, NodeConfig config, Vertx vertx) throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("shutdown")
                                .unstarted(() -> {
                                    stop.countDown();
                                    await(stopped);
                                }));
        try (Agent agent = Agent.start(config, vertx)) {
            Reload reload = new Reload(file, vertx, agent);
            HangUp.follow(reload::now);
            System.out.println("runner-node " + agent.name() + " ready");
            stop.await();
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private static void await(CountDownLatch latch) {
        try {
            boolean closed = latch.await(CLOSE_SECONDS, TimeUnit.SECONDS);
            if (!closed) {
                System.err.println("runner-node: did not close in time; the kernel enforces");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int uninstall(NodeConfig config, Vertx vertx) throws Exception {
        // Opening fails while an agent runs: nothing is removed from under it.
        try (DataPlane plane = DataPlane.open(new DataPlaneConfig(config.pins()))) {
            plane.uninstall();
            DnsRedirect.remove();
            ControlGroup.remove();
        }
        System.out.println("runner-node " + config.name() + " uninstalled");
        return 0;
    }
}
