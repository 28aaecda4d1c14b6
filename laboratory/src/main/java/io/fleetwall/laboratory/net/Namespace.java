package io.fleetwall.laboratory.net;

import io.fleetwall.laboratory.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A network namespace: the one this process lives in (the node), or one that was made below {@code
 * /run/netns}.
 *
 * <p>Programs enter with {@code nsenter --net}, not with {@code ip netns exec}: the latter remounts
 * {@code /sys} and so hides the BPF file system.
 */
public final class Namespace implements AutoCloseable {
    private static final Path HOME = Path.of("/run/netns");

    private final String name;

    private Namespace(String name) {
        this.name = name;
    }

    /** The namespace this process is in. */
    public static Namespace own() {
        return new Namespace("");
    }

    /** Makes a namespace with its loopback up. */
    public static Namespace create(String name) {
        Command.run("ip", "netns", "add", name);
        Namespace namespace = new Namespace(name);
        namespace.ip("link", "set", "lo", "up");
        return namespace;
    }

    /** Whether a namespace of that name exists. */
    public static boolean exists(String name) {
        return Files.exists(HOME.resolve(name));
    }

    /** Its name, empty for the own one. */
    public String name() {
        return name;
    }

    /** A command line that runs in this namespace. */
    public List<String> enter(List<String> command) {
        if (name.isEmpty()) {
            return command;
        }
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=" + HOME.resolve(name)));
        words.addAll(command);
        return words;
    }

    /** Runs a short command in this namespace. */
    public String run(String... command) {
        return Command.run(enter(List.of(command)));
    }

    /** Runs {@code ip} in this namespace. */
    public String ip(String... arguments) {
        List<String> words = new ArrayList<>(List.of("ip"));
        Collections.addAll(words, arguments);
        return Command.run(enter(words));
    }

    /** Sets a kernel parameter below {@code net}, for example {@code ipv4/ip_forward}. */
    public void sysctl(String path, int value) {
        run("sh", "-c", "echo " + value + " > /proc/sys/net/" + path);
    }

    @Override
    public void close() {
        if (!name.isEmpty() && exists(name)) {
            Command.run("ip", "netns", "delete", name);
        }
    }
}
