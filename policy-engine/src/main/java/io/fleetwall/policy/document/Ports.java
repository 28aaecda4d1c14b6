package io.fleetwall.policy.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;

/**
 * The port keys a rule speaks about: sorted, disjoint, not adjacent within a class, never empty.
 * Equal sets are equal records, however their author wrote them.
 */
public record Ports(List<PortRange> ranges) {
    /** What an allow without {@code ports} means. */
    public static final Ports HTTPS = Ports.of(new PortRange(PortClass.TCP, 443, 443));

    /** {@code any}: every TCP and UDP port. */
    public static final Ports ANY =
            Ports.of(
                    new PortRange(PortClass.TCP, 0, 0xffff),
                    new PortRange(PortClass.UDP, 0, 0xffff));

    /** What a deny without {@code ports} means: every protocol. */
    public static final Ports EVERYTHING =
            Ports.of(
                    new PortRange(PortClass.TCP, 0, 0xffff),
                    new PortRange(PortClass.UDP, 0, 0xffff),
                    new PortRange(PortClass.ICMP_ECHO, 0, 0xffff),
                    new PortRange(PortClass.OTHER, 0, 0xffff));

    public Ports {
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("a rule without ports speaks about nothing");
        }
        ranges = normal(ranges);
    }

    /** A set of ranges; they may overlap. */
    public static Ports of(PortRange... ranges) {
        return new Ports(List.of(ranges));
    }

    /** Whether one port is among them. */
    public boolean contains(PortClass portClass, int port) {
        for (PortRange range : ranges) {
            if (range.portClass() == portClass && range.first() <= port && port <= range.last()) {
                return true;
            }
        }
        return false;
    }

    private static List<PortRange> normal(List<PortRange> ranges) {
        List<PortRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(PortRange::portClass).thenComparingInt(PortRange::first));
        List<PortRange> merged = new ArrayList<>(sorted.size());
        for (PortRange next : sorted) {
            PortRange last = merged.isEmpty() ? next : merged.getLast();
            if (merged.isEmpty()
                    || last.portClass() != next.portClass()
                    || next.first() > last.last() + 1) {
                merged.add(next);
            } else {
                int end = Math.max(last.last(), next.last());
                merged.set(merged.size() - 1, new PortRange(last.portClass(), last.first(), end));
            }
        }
        return List.copyOf(merged);
    }

    /** As an author would write it, for example {@code 443/tcp, 8000-8100/tcp}. */
    @Override
    public String toString() {
        if (equals(EVERYTHING)) {
            return "everything";
        }
        if (equals(ANY)) {
            return "any";
        }
        StringJoiner text = new StringJoiner(", ");
        ranges.forEach(range -> text.add(range.toString()));
        return text.toString();
    }
}
