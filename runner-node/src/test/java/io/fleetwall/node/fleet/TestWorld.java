package io.fleetwall.node.fleet;

import io.fleetwall.node.fleet.TestNetwork.Said;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What lies behind the node: a namespace with {@code 198.51.100.1} and {@code 2001:db8:99::1}, and
 * a sniffer there, the judge of what got out. The node forwards to it.
 */
public final class TestWorld implements AutoCloseable {
    /** The node's interface towards it. */
    public static final String UPLINK = "fw-up";

    /** Its address that is not on the link. */
    public static final String BEHIND = "2001:db8:77::1";

    private static final String NAMESPACE = "world";

    /** The link's own business, and the marks below. */
    private static final List<String> OWN =
            List.of(
                    "ARP,",
                    "ICMP6, neighbor",
                    "ICMP6, router",
                    "multicast listener",
                    "198.51.100.254.9: UDP",
                    "198.51.100.254 udp port 9 unreachable");

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Process sniffer;

    private TestWorld(Process sniffer) {
        this.sniffer = sniffer;
        Thread.ofVirtual().start(this::read);
    }

    /** Makes it, and waits until the sniffer hears. */
    public static TestWorld create() throws IOException {
        TestNetwork.run("ip", "netns", "add", NAMESPACE);
        TestNetwork.run(
                "ip", "link", "add", UPLINK, "type", "veth", "peer", "name", "w0", "netns",
                NAMESPACE);
        TestNetwork.run("ip", "addr", "add", "198.51.100.254/24", "dev", UPLINK);
        TestNetwork.run("ip", "addr", "add", "2001:db8:99::fe/64", "dev", UPLINK, "nodad");
        TestNetwork.run("ip", "link", "set", UPLINK, "up");
        for (String line :
                List.of(
                        "ip link set lo up",
                        "ip addr add 198.51.100.1/24 dev w0",
                        "ip addr add 2001:db8:99::1/64 dev w0 nodad",
                        "ip link set w0 up",
                        "ip addr add " + BEHIND + "/128 dev lo",
                        "ip route add default via 198.51.100.254",
                        "ip route add default via 2001:db8:99::fe")) {
            TestNetwork.run(inside(line.split(" ", -1)).toArray(String[]::new));
        }
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
        Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1");
        List<String> tcpdump = inside("tcpdump", "-n", "-l", "--immediate-mode", "-i", "w0");
        Process sniffer =
                new ProcessBuilder(tcpdump).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        TestWorld world = new TestWorld(sniffer);
        world.listen();
        return world;
    }

    private static List<String> inside(String... command) {
        List<String> line = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + NAMESPACE));
        line.addAll(List.of(command));
        return line;
    }

    /** What a command says that runs there. */
    public Said say(String... command) throws IOException {
        return TestNetwork.say(inside(command));
    }

    /**
     * Starts a resolver on port 53 and echo servers on 8080 and 8081, which the caller ends, and
     * becomes the way to everywhere.
     */
    public Process serveAsGateway() throws IOException {
        TestNetwork.run("ip", "route", "add", "default", "via", "198.51.100.1");
        TestNetwork.run("ip", "-6", "route", "add", "default", "via", "2001:db8:99::1");
        Process process =
                new ProcessBuilder(inside("python3", TestMachine.script("world.py")))
                        .redirectErrorStream(true)
                        .start();
        TestMachine.awaitReady(process);
        return process;
    }

    /** Connects from one of its addresses. */
    public Talk talk(String address, int port, String from) throws IOException {
        String script = TestMachine.script("talk.py");
        return new Talk(inside("python3", script, address, Integer.toString(port), from));
    }

    /**
     * What the sniffer saw until now, but for the link's own business; a datagram of the world's
     * own, as the last packet, proves that nothing is still under way.
     */
    public List<String> saw() throws IOException {
        listen();
        List<String> all = new ArrayList<>(seen);
        all.removeIf(line -> OWN.stream().anyMatch(line::contains));
        return all;
    }

    private void listen() throws IOException {
        long before = marks();
        Await.until(
                () -> {
                    try {
                        say("bash", "-c", "echo > /dev/udp/198.51.100.254/9");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    return marks() > before;
                },
                () -> "the sniffer hears nothing");
    }

    private long marks() {
        return seen.stream().filter(line -> line.contains("198.51.100.254.9: UDP")).count();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(sniffer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                seen.add(line);
            }
        } catch (IOException e) {
            seen.add("the sniffer broke: " + e);
        }
    }

    @Override
    public void close() throws IOException {
        sniffer.destroy();
        TestNetwork.run("ip", "link", "delete", UPLINK);
        TestNetwork.run("ip", "netns", "delete", NAMESPACE);
    }
}
