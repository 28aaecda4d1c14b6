package io.fleetwall.gateway;

import io.fleetwall.gateway.config.ConfigFile;
import io.fleetwall.gateway.config.ConfigReading;
import io.fleetwall.gateway.config.GatewayConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's command line. */
public final class Gateway {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int USAGE = 2;
    private static final int FAILED = 1;
    private static final String HELP =
            """
            Usage: gateway --config FILE [--node FILE]

            The control plane of a Fleetwall fleet: policies, runner nodes, events, webhooks.

              --config FILE   settings in YAML; conf/gateway.yaml explains every key
              --node FILE     all in one: an agent in this process, with its own settings, whose
                              gateway.url is `cluster`. For one machine or a small trusted fleet:
                              whoever takes over the gateway has the machine, and the reverse.
                              With `cluster.lite: member` no gateway but a lite member of the
                              gateways' cluster that has this agent, and no store, link or API.
              --help          this text

            gateway store backup | restore | verify: copies of the store; without more it says how.

            Single values are overridden by variables such as FLEETWALL_GATEWAY_API_LISTEN.
            Stops cleanly on SIGTERM (exit status 143) and SIGINT (130). Other exit statuses: 1 could
            not start, 2 settings or usage refused.
            """;

    private Gateway() {}

    /** Starts the gateway, or says why not. */
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        if (!words.isEmpty() && words.getFirst().equals("store")) {
            System.exit(
                    StoreCommand.run(words.subList(1, words.size()), System.getenv(), System.out));
        }
        if (words.contains("--help")) {
            System.out.print(HELP);
            return;
        }
        boolean hosts = words.size() == 4 && words.get(2).equals("--node");
        if (!(words.size() == 2 || hosts) || !words.getFirst().equals("--config")) {
            System.err.print(HELP);
            System.exit(USAGE);
        }
        Optional<Path> node = hosts ? Optional.of(Path.of(words.get(3))) : Optional.empty();
        switch (ConfigFile.read(Path.of(words.get(1)), System.getenv())) {
            case ConfigReading.Refused(var problems) -> {
                System.err.println(words.get(1) + ": " + problems.size() + " problem(s)");
                problems.forEach(problem -> System.err.println("  " + problem));
                System.exit(USAGE);
            }
            case ConfigReading.Read(var config)
                    when config.cluster().lite() == GatewayConfig.Lite.MEMBER ->
                    member(config, node);
            case ConfigReading.Read(var config) -> run(config, node);
        }
    }

    private static void member(GatewayConfig config, Optional<Path> node) {
        if (node.isEmpty()) {
            System.err.println("cluster.lite: a lite member has a node (give --node FILE)");
            System.exit(USAGE);
        }
        try {
            LiteMember member = LiteMember.start(config, node.orElseThrow());
            Runtime.getRuntime().addShutdownHook(new Thread(member::close, "stop"));
            LOG.atInfo().addKeyValue("millis", upMillis()).log("lite member ready");
        } catch (RuntimeException | Error failed) {
            LOG.atError().setCause(failed).log("lite member not started");
            System.exit(FAILED);
        }
    }

    private static void run(GatewayConfig config, Optional<Path> node) {
        try {
            RunningGateway gateway = RunningGateway.start(config);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "stop"));
            node.ifPresent(gateway::host);
            LOG.atInfo()
                    .addKeyValue("gateway", config.name())
                    .addKeyValue("api", config.api().listen())
                    .addKeyValue("millis", upMillis())
                    .log("gateway ready");
        } catch (RuntimeException | Error failed) {
            LOG.atError().setCause(failed).log("gateway not started");
            System.exit(FAILED);
        }
    }

    private static void stop(RunningGateway gateway) {
        long from = System.nanoTime();
        gateway.close();
        LOG.atInfo()
                .addKeyValue("millis", (System.nanoTime() - from) / 1_000_000)
                .log("gateway stopped");
    }

    private static long upMillis() {
        return ManagementFactory.getRuntimeMXBean().getUptime();
    }
}
