package io.fleetwall.policy.document;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The value of {@code ports}: {@code any}, {@code icmp-echo}, {@code 443}, {@code 8000-8100/udp}.
 */
final class PortsText {
    private static final Pattern PORT =
            Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?(?:/(tcp|udp))?");

    private final ProblemLog log;
    private final List<PortRange> ranges = new ArrayList<>();

    PortsText(ProblemLog log) {
        this.log = log;
    }

    /** The ranges of all elements that are well formed, in their order. */
    List<PortRange> read(List<Node> elements) {
        for (Node element : elements) {
            if (element instanceof ScalarNode scalar) {
                element(scalar.getValue(), element);
            } else {
                syntax("a list or mapping is not a port", element);
            }
        }
        return ranges;
    }

    private void element(String text, Node at) {
        if (text.equals("any")) {
            Ports.ANY.ranges().forEach(range -> add(range, at));
            return;
        }
        if (text.equals("icmp-echo")) {
            add(new PortRange(PortClass.ICMP_ECHO, 0, 0), at);
            return;
        }
        Matcher port = PORT.matcher(text);
        if (!port.matches()) {
            syntax("\"" + text + "\" is not a port", at);
            return;
        }
        int first = Integer.parseInt(port.group(1));
        int last = port.group(2) == null ? first : Integer.parseInt(port.group(2));
        if (first < 1 || last > 0xffff || first > last) {
            String hint =
                    first > last && last >= 1 && first <= 0xffff
                            ? "write " + last + "-" + first
                            : "ports are 1 to 65535, the lower one first";
            log.report(ProblemCode.PORT_RANGE, at, text + " is out of range", hint);
            return;
        }
        PortClass portClass = "udp".equals(port.group(3)) ? PortClass.UDP : PortClass.TCP;
        add(new PortRange(portClass, first, last), at);
    }

    private void add(PortRange range, Node at) {
        for (PortRange earlier : ranges) {
            if (earlier.portClass() == range.portClass()
                    && range.first() <= earlier.last()
                    && earlier.first() <= range.last()) {
                log.report(
                        ProblemCode.PORT_OVERLAP,
                        at,
                        range + " overlaps " + earlier,
                        "keep the wider one");
                break;
            }
        }
        ranges.add(range);
    }

    private void syntax(String message, Node at) {
        log.report(
                ProblemCode.PORT,
                at,
                message,
                "write any, icmp-echo, a port as 443, 443/tcp or 443/udp, or a range as"
                        + " 8000-8100/tcp");
    }
}
