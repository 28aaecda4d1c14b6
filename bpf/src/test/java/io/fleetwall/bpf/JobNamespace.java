package io.fleetwall.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A network namespace behind a veth pair, as a container runner has: {@code 10.77.0.2, fd77::2}.
 */
final class JobNamespace implements AutoCloseable {
    static final String HOST_LINK = "fwhost";

    private final String name = "job";

    JobNamespace() {
        Shell.run("ip netns add " + name);
        Shell.run("ip link add " + HOST_LINK + " type veth peer name eth0 netns " + name);
        Shell.run("ip addr add 10.77.0.1/24 dev " + HOST_LINK);
        Shell.run("ip -6 addr add fd77::1/64 dev " + HOST_LINK + " nodad");
        Shell.run("ip link set " + HOST_LINK + " up");
        inside("ip link set lo up");
        inside("ip addr add 10.77.0.2/24 dev eth0");
        inside("ip -6 addr add fd77::2/64 dev eth0 nodad");
        inside("ip link set eth0 up");
        inside("ip route add default via 10.77.0.1");
        inside("ip -6 route add default via fd77::1");
    }

    private void inside(String line) {
        Shell.run("ip -n " + name + line.substring("ip".length()));
    }

    /** Runs one of the attackers to its end. */
    String attack(String script, String... arguments) {
        return Shell.run(command(script, arguments)).strip();
    }

    /** Starts one of the attackers. */
    Process start(String script, String... arguments) {
        try {
            return new ProcessBuilder(command(script, arguments)).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command(String script, String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--net=/run/netns/" + name,
                                "python3",
                                path("/attackers/" + script).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path path(String resource) {
        try {
            return Path.of(
                    Objects.requireNonNull(JobNamespace.class.getResource(resource), resource)
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(resource, e);
        }
    }

    @Override
    public void close() {
        Shell.run("ip link del " + HOST_LINK);
        Shell.run("ip netns del " + name);
    }
}
