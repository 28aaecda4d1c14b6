package io.fleetwall.node.fleet;

import io.fleetwall.node.fleet.TestNetwork.Said;
import io.fleetwall.node.redirect.ControlGroup;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * This network namespace as a machine that is a runner. What it starts runs as root outside of the
 * control group in which the agent, this JVM, is.
 */
public final class TestMachine implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private TestMachine() {}

    /** Mounts the unified hierarchy where this JVM's mounts do not have it. */
    public static TestMachine create() throws IOException {
        if (!Files.exists(ROOT.resolve("cgroup.procs"))) {
            TestNetwork.run("mount", "-t", "cgroup2", "none", ROOT.toString());
        }
        return new TestMachine();
    }

    private static List<String> outside(String... command) {
        String leave = "echo $$ > " + ROOT + "/cgroup.procs; exec \"$@\"";
        List<String> line = new ArrayList<>(List.of("sh", "-c", leave, "sh"));
        line.addAll(List.of(command));
        return line;
    }

    /** A path of a test's resource. */
    static String script(String name) {
        try {
            var found = TestAgent.class.getResource("/io/fleetwall/node/" + name);
            return Path.of(Objects.requireNonNull(found, name).toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    /** A root process connects. */
    public Talk talk(String address, int port) throws IOException {
        return new Talk(outside("python3", script("talk.py"), address, Integer.toString(port)));
    }

    /** A root process connects twenty times; the outcomes, and the median in microseconds. */
    public String refused(String address, int port) throws IOException {
        String text = Integer.toString(port);
        return TestNetwork.say(outside("python3", script("refused.py"), address, text))
                .text()
                .strip();
    }

    /** A root process asks for an address. */
    public Said dig(String server, String transport, String name) throws IOException {
        return TestNetwork.say(
                outside("dig", transport, "+time=10", "+tries=1", "@" + server, name, "A"));
    }

    /** A root process listens; it does when this returns. */
    public Process serve(int... ports) throws IOException {
        List<String> command = outside("python3", script("serve.py"));
        for (int port : ports) {
            command.add(Integer.toString(port));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        awaitReady(process);
        return process;
    }

    static void awaitReady(Process process) throws IOException {
        byte[] ready = process.getInputStream().readNBytes("ready\n".length());
        if (ready.length == 0) {
            throw new IOException("it ended before it was ready");
        }
    }

    /** Starts a root process; it has said {@code ready} when this returns. */
    public Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(outside(command)).redirectErrorStream(true).start();
        awaitReady(process);
        return process;
    }

    /** What a command says that a root process runs. */
    public Said say(String... command) throws IOException {
        return TestNetwork.say(outside(command));
    }

    /** A root process removes every rule of nftables. */
    public void flushNftables() throws IOException {
        TestNetwork.say(outside("nft", "flush", "ruleset"));
    }

    @Override
    public void close() throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        Files.writeString(ROOT.resolve("cgroup.procs"), self);
        ControlGroup.remove();
    }
}
