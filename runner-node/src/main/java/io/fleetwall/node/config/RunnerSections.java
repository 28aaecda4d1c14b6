package io.fleetwall.node.config;

import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.node.config.NodeConfig.Uplinks;
import io.fleetwall.policy.document.Network;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the list of runners. */
final class RunnerSections {
    /** IFNAMSIZ without its NUL, and nothing nftables would read as syntax. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_.-]{1,15}");

    private static final Pattern INBOUND = Pattern.compile("([1-9][0-9]{0,4})/(tcp|udp)");

    private RunnerSections() {}

    /** Every runner; {@code nodeLabels} are theirs too. */
    static List<NodeConfig.Runner> read(Section root, List<String> nodeLabels) {
        List<NodeConfig.Runner> runners = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> interfaces = new HashSet<>();
        for (Section section : root.sections("runners")) {
            Set<String> labels = new TreeSet<>(nodeLabels);
            labels.addAll(section.texts("labels"));
            String name = ConfigReader.name(section, "");
            String interfaceName = section.required("interface", "see `ip link`");
            if (!interfaceName.isEmpty() && !INTERFACE.matcher(interfaceName).matches()) {
                section.problem("interface", "is no interface name", "see `ip link`");
            }
            if (!names.add(name)) {
                section.problem("name", "'" + name + "' occurs twice", "one name each");
            }
            if (!interfaces.add(interfaceName)) {
                section.problem("interface", "occurs twice", "one runner an interface");
            }
            Direction direction = direction(section);
            runners.add(
                    new NodeConfig.Runner(
                            name,
                            interfaceName,
                            direction,
                            labels,
                            inbound(section, direction),
                            sources(section),
                            uplinks(section, direction)));
        }
        if (runners.stream().filter(r -> r.direction() == Direction.EGRESS).count() > 1) {
            root.problem("runners", "has two machines", "one runner of direction egress a node");
        }
        if (runners.isEmpty()) {
            root.problem("runners", "is empty", "name at least one runner and its interface");
        }
        return runners;
    }

    /** Ports like {@code 22/tcp}; absent is 22/tcp for a machine, none for a container. */
    private static Set<NodeConfig.Inbound> inbound(Section section, Direction direction) {
        Set<NodeConfig.Inbound> ports = new HashSet<>();
        for (String text : section.texts("inbound")) {
            Matcher port = INBOUND.matcher(text);
            if (port.matches() && Integer.parseInt(port.group(1)) <= 0xffff) {
                ports.add(
                        new NodeConfig.Inbound(
                                NodeConfig.Protocol.valueOf(port.group(2).toUpperCase(Locale.ROOT)),
                                Integer.parseInt(port.group(1))));
            } else {
                section.problem("inbound", "'" + text + "' is no port", "22/tcp or 51820/udp");
            }
        }
        return switch (direction) {
            case EGRESS ->
                    section.has("inbound")
                            ? ports
                            : Set.of(new NodeConfig.Inbound(NodeConfig.Protocol.TCP, 22));
            case INGRESS -> {
                if (!ports.isEmpty()) {
                    section.problem("inbound", "is of no use here", "only with direction egress");
                }
                yield Set.of();
            }
        };
    }

    private static Direction direction(Section section) {
        String direction = section.text("direction").orElse("ingress");
        return switch (direction) {
            case "ingress" -> Direction.INGRESS;
            case "egress" -> Direction.EGRESS;
            default -> {
                section.problem(
                        "direction",
                        "is '" + direction + "'",
                        "ingress (host end of a veth) or egress (uplink)");
                yield Direction.INGRESS;
            }
        };
    }

    /** Networks like {@code 10.0.8.0/24}; no address of theirs may have bits below the prefix. */
    private static Set<Network> sources(Section section) {
        Set<Network> networks = new HashSet<>();
        for (String text : section.texts("sources")) {
            Endpoints.network(text)
                    .ifPresentOrElse(
                            networks::add,
                            () ->
                                    section.problem(
                                            "sources",
                                            "'" + text + "' is no network",
                                            "10.0.8.0/24, 2001:db8:8::/64 or one address"));
        }
        return networks;
    }

    private static Uplinks uplinks(Section section, Direction direction) {
        if (direction == Direction.INGRESS && section.has("uplinks")) {
            section.problem("uplinks", "is of no use here", "only with direction egress");
        }
        String uplinks = section.text("uplinks").orElse("report");
        return switch (uplinks) {
            case "filter" -> Uplinks.FILTER;
            case "report" -> Uplinks.REPORT;
            default -> {
                section.problem("uplinks", "is '" + uplinks + "'", "filter or report");
                yield Uplinks.REPORT;
            }
        };
    }
}
