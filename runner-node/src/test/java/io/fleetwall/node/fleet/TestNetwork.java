package io.fleetwall.node.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A runner's network: a veth pair whose other end is in a namespace of its own. The test's JVM is
 * in private namespaces, so nothing of this is seen outside.
 *
 * @param host name of the interface on the node's side; its address is 10.0.{@code subnet}.1
 */
public record TestNetwork(String host, String namespace, int subnet) implements AutoCloseable {
    /** Makes the pair; addresses of the runner are 10.0.subnet.2 and fd00:subnet::2. */
    public static TestNetwork create(int subnet) throws IOException {
        TestNetwork made = new TestNetwork("fw-t" + subnet, "job" + subnet, subnet);
        run("ip", "netns", "add", made.namespace);
        made.plug();
        return made;
    }

    /** Makes the interfaces (again). */
    public void plug() throws IOException {
        String peer = "job-" + subnet;
        run("ip", "link", "add", host, "type", "veth", "peer", "name", peer, "netns", namespace);
        run("ip", "addr", "add", "10.0." + subnet + ".1/24", "dev", host);
        run("ip", "addr", "add", "fd00:" + subnet + "::1/64", "dev", host, "nodad");
        run("ip", "link", "set", host, "up");
        inside("ip", "addr", "add", "10.0." + subnet + ".2/24", "dev", peer);
        inside("ip", "addr", "add", "fd00:" + subnet + "::2/64", "dev", peer, "nodad");
        inside("ip", "link", "set", peer, "up");
        inside("ip", "route", "add", "default", "via", "10.0." + subnet + ".1");
        inside("ip", "route", "add", "default", "via", "fd00:" + subnet + "::1");
    }

    /** Takes the interfaces away. */
    public void unplug() throws IOException {
        run("ip", "link", "delete", host);
    }

    /** What a command says that runs where the job runs. */
    public Said inside(String... command) throws IOException {
        List<String> line = new java.util.ArrayList<>(List.of("nsenter"));
        line.add("--net=/run/netns/" + namespace);
        line.addAll(List.of(command));
        return say(line);
    }

    /** Connects from where the job runs. */
    public Talk talk(String address, int port) throws IOException {
        return new Talk(
                List.of(
                        "nsenter",
                        "--net=/run/netns/" + namespace,
                        "python3",
                        TestMachine.script("talk.py"),
                        address,
                        Integer.toString(port)));
    }

    /** Asks this resolver over one UDP socket, from this port, for each name it is told. */
    public Talk asks(String resolver, int port) throws IOException {
        return new Talk(
                List.of(
                        "nsenter",
                        "--net=/run/netns/" + namespace,
                        "python3",
                        TestMachine.script("ask-on.py"),
                        resolver,
                        Integer.toString(port)));
    }

    /** Exit status and output of a command. */
    public record Said(int status, String text) {}

    /** Runs a command on the node. */
    public static void run(String... command) throws IOException {
        Said said = say(List.of(command));
        if (said.status != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.text);
        }
    }

    /** What a command says that runs on the node. */
    public static Said say(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return new Said(process.exitValue(), text);
    }

    @Override
    public void close() throws IOException {
        say(List.of("ip", "link", "delete", host));
        run("ip", "netns", "delete", namespace);
    }
}
