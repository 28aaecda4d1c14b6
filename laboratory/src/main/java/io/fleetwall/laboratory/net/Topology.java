package io.fleetwall.laboratory.net;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The wires: an internet, this namespace as the node that forwards, and runners behind it. No
 * address translation: what a runner sends arrives on the internet side with the runner's address.
 */
public final class Topology implements AutoCloseable {
    /** The node's interface towards the internet. */
    public static final String UPLINK = "uplink";

    /** The internet's interface: all that leaves the node crosses it. */
    public static final String WIRE = "wire";

    /** How the JDK writes the addresses of 192.0.2.0/24 and 2001:db8:2::/64. */
    private static final String LINK_V4 = "192.0.2.";

    private static final String LINK_V6 = "2001:db8:2:0:";
    private static final String INTERNET_V4 = "192.0.2.1";
    private static final String INTERNET_V6 = "2001:db8:2::1";
    private static final String NODE_V4 = "192.0.2.254";
    private static final String NODE_V6 = "2001:db8:2::fe";

    private final Namespace node = Namespace.own();
    private final Namespace internet;
    private final Map<String, Namespace> runners = new TreeMap<>();

    private Topology(Namespace internet) {
        this.internet = internet;
    }

    /**
     * Lays the wires. A runner's name becomes a namespace {@code runner-NAME} behind {@code
     * veth-NAME}.
     */
    public static Topology lay(List<InetAddress> internetAddresses, List<String> runnerNames) {
        Topology topology = new Topology(Namespace.create("internet"));
        topology.layInternet(internetAddresses);
        for (int i = 0; i < runnerNames.size(); i++) {
            topology.layRunner(runnerNames.get(i), i + 1);
        }
        return topology;
    }

    /** The namespace of the servers. */
    public Namespace internet() {
        return internet;
    }

    /** A runner's namespace. */
    public Namespace runner(String name) {
        Namespace runner = runners.get(name);
        if (runner == null) {
            throw new IllegalArgumentException("no runner " + name + " among " + runners.keySet());
        }
        return runner;
    }

    /** The node's side of a runner's wire. */
    public static String interfaceOf(String runner) {
        return "veth-" + runner;
    }

    private void layInternet(List<InetAddress> addresses) {
        node.ip("link", "set", "lo", "up");
        node.sysctl("ipv4/ip_forward", 1);
        node.sysctl("ipv6/conf/all/forwarding", 1);
        Veth.End near = new Veth.End(node, UPLINK, List.of(NODE_V4 + "/24", NODE_V6 + "/64"));
        Veth.End far =
                new Veth.End(internet, WIRE, List.of(INTERNET_V4 + "/24", INTERNET_V6 + "/64"));
        Veth.connect(near, far);
        for (InetAddress address : addresses) {
            place(address, far);
        }
        defaultRoutes(node, INTERNET_V4, INTERNET_V6);
        defaultRoutes(internet, NODE_V4, NODE_V6);
    }

    /**
     * Addresses of the link's own networks are on the link; all others are on the loopback behind
     * it, as behind a router. On the link, neighbour discovery would send from and to them (Linux
     * solicits with the source of the packet that waits), and they would not be quiet when nobody
     * talks to them.
     */
    private void place(InetAddress address, Veth.End wire) {
        String text = address.getHostAddress();
        if (text.startsWith(LINK_V4) || text.startsWith(LINK_V6)) {
            wire.address(text);
        } else {
            internet.ip("address", "add", text, "dev", "lo");
        }
    }

    private void layRunner(String name, int number) {
        Namespace runner = Namespace.create("runner-" + name);
        runners.put(name, runner);
        String v4 = "10.77." + number + ".";
        String v6 = "2001:db8:77:" + number + "::";
        Veth.connect(
                new Veth.End(node, interfaceOf(name), List.of(v4 + "1/24", v6 + "1/64")),
                new Veth.End(runner, "eth0", List.of(v4 + "2/24", v6 + "2/64")));
        defaultRoutes(runner, v4 + "1", v6 + "1");
    }

    private static void defaultRoutes(Namespace namespace, String v4, String v6) {
        namespace.ip("route", "add", "default", "via", v4);
        namespace.ip("-6", "route", "add", "default", "via", v6);
    }

    @Override
    public void close() {
        runners.values().forEach(Namespace::close);
        internet.close();
        node.ip("link", "delete", UPLINK);
    }
}
