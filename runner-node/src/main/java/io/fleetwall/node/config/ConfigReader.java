package io.fleetwall.node.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code runner-node.yaml} by Vert.x Config: a checked configuration, or every problem. */
public final class ConfigReader {
    /** Names stand in file names, event-bus addresses and certificates. */
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    private static final String LOCKDOWN = "lockdown after ";

    /** A gateway that restarts is away for some seconds. */
    private static final Duration SHORTEST_LOSS = Duration.ofSeconds(10);

    private final List<ConfigProblem> problems = new ArrayList<>();

    private ConfigReader() {}

    /** What reading yields. */
    public sealed interface Reading {
        /** It can be started with. */
        record Usable(NodeConfig config) implements Reading {}

        /** It cannot. */
        record Unusable(List<ConfigProblem> problems) implements Reading {}
    }

    /** Reads a YAML file. */
    public static Future<Reading> read(Vertx vertx, Path file) {
        ConfigStoreOptions store =
                new ConfigStoreOptions()
                        .setType("file")
                        .setFormat("yaml")
                        .setConfig(new JsonObject().put("path", file.toAbsolutePath().toString()));
        ConfigRetriever retriever =
                ConfigRetriever.create(
                        vertx, new ConfigRetrieverOptions().addStore(store).setScanPeriod(-1));
        return retriever
                .getConfig()
                .map(values -> new ConfigReader().reading(values))
                .otherwise(cause ->
                        new Reading.Unusable(
                                List.of(
                                        new ConfigProblem(
                                                "FW-C001",
                                                "",
                                                file + " cannot be read: " + cause.getMessage(),
                                                "a YAML file like conf/runner-node.yaml"))))
                .eventually(retriever::close);
    }

    /** Reads values that are parsed already. */
    static Reading read(JsonObject values) {
        return new ConfigReader().reading(values);
    }

    private Reading reading(JsonObject values) {
        Section root = new Section("", values, problems);
        Section node = root.section("node");
        List<String> labels = node.texts("labels");
        Section state = root.section("state");
        Section bpf = root.section("bpf");
        Section events = root.section("events");
        NodeConfig config =
                new NodeConfig(
                        name(node, hostName()),
                        gateway(root.section("gateway")),
                        Path.of(state.text("directory").orElse("/var/lib/fleetwall/runner-node")),
                        Path.of(bpf.text("pinDirectory").orElse("/sys/fs/bpf/fleetwall")),
                        job(root.section("job")),
                        RunnerSections.read(root, labels),
                        DnsSection.read(root.section("dns")),
                        health(root.section("health")),
                        events.number("spoolBytes", 64L << 20, 4L << 20, 16L << 30),
                        executables(root.section("sockets")));
        root.reportUnknown();
        return problems.isEmpty()
                ? new Reading.Usable(config)
                : new Reading.Unusable(List.copyOf(problems));
    }

    /** From the kernel. Java would ask for the name's address as well, of DNS that waits for us. */
    private static String hostName() {
        try {
            return Files.readString(HOST_NAME).strip().toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            return ""; // and then the name has to be configured
        }
    }

    /** The name of a node or runner. */
    static String name(Section section, String fallback) {
        String name = section.text("name").orElse(fallback);
        if (!NAME.matcher(name).matches()) {
            section.problem(
                    "name", "is no name: '" + name + "'", "a-z, 0-9, dot and dash, 63 at most");
        }
        return name;
    }

    private static NodeConfig.Gateway gateway(Section section) {
        String url = section.required("url", "for example https://gateway.example:7443");
        if (url.equals(NodeConfig.Gateway.IN_PROCESS.toString())) {
            return new NodeConfig.Gateway(
                    NodeConfig.Gateway.IN_PROCESS, "", Optional.empty(), lockdown(section));
        }
        String fingerprint =
                section.required(
                                "caFingerprint",
                                "the gateway prints it at start; `fleetwall doctor` shows it")
                        .replace(":", "")
                        .toLowerCase(Locale.ROOT);
        if (!fingerprint.isEmpty() && !FINGERPRINT.matcher(fingerprint).matches()) {
            section.problem("caFingerprint", "is no SHA-256 fingerprint", "64 hexadecimal digits");
        }
        return new NodeConfig.Gateway(
                url(section, url),
                fingerprint,
                section.text("enrolmentTokenFile").map(Path::of),
                lockdown(section));
    }

    private static Optional<Duration> lockdown(Section section) {
        String text = section.text("onGatewayLoss").orElse("keep");
        if (text.equals("keep")) {
            return Optional.empty();
        }
        Optional<Duration> after =
                text.startsWith(LOCKDOWN)
                        ? Section.duration(text.substring(LOCKDOWN.length()))
                        : Optional.empty();
        if (after.isEmpty() || after.get().compareTo(SHORTEST_LOSS) < 0) {
            section.problem(
                    "onGatewayLoss",
                    "is neither 'keep' nor a lockdown after 10s or more: '" + text + "'",
                    "keep, or for example: lockdown after 15m");
        }
        return after;
    }

    private static URI url(Section section, String text) {
        URI nowhere = URI.create("https://gateway.invalid");
        if (text.isEmpty()) {
            return nowhere;
        }
        try {
            URI url = URI.create(text);
            if ("https".equals(url.getScheme()) && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Reported below, with the same words as every other text that is no URL.
        }
        section.problem("url", "is no https URL: " + text, "https://HOST:PORT");
        return nowhere;
    }

    private static NodeConfig.JobSocket job(Section section) {
        Set<Long> owners = new HashSet<>();
        owners.add(0L);
        for (String owner : section.texts("owners")) {
            try {
                owners.add(Long.parseUnsignedLong(owner));
            } catch (NumberFormatException e) {
                section.problem("owners", "'" + owner + "' is no user id", "numbers, see id -u");
            }
        }
        Path path = Path.of(section.text("socket").orElse("/run/fleetwall/job.sock"));
        return new NodeConfig.JobSocket(
                path, owners, section.duration("timeout", Duration.ofSeconds(10)));
    }

    private static Set<String> executables(Section section) {
        Set<String> paths = new HashSet<>();
        for (String text : section.texts("allowed")) {
            if (!text.startsWith("/")) {
                section.problem("allowed", "'" + text + "' is no full path", "/usr/sbin/dhclient");
            }
            paths.add(text);
        }
        return paths;
    }

    private static InetSocketAddress health(Section section) {
        InetSocketAddress fallback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7071);
        Optional<String> text = section.text("listen");
        if (text.isEmpty()) {
            return fallback;
        }
        Optional<InetSocketAddress> address = Endpoints.read(text.get(), -1);
        if (address.isEmpty() || !address.get().getAddress().isLoopbackAddress()) {
            section.problem("listen", "is no loopback address", "127.0.0.1:7071");
            return fallback;
        }
        return address.get();
    }
}
