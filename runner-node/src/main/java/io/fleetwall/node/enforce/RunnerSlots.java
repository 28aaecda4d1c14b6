package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.Link;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.protocol.event.EventKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interfaces of one runner: the declared one and, of a machine, every other way out that
 * appears (threat model P9). Used by its runner's verticle only.
 *
 * <p>The others are under the same policy, or told: a machine that raises a second uplink must not
 * have a second life there.
 */
final class RunnerSlots {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerSlots.class);

    private final NodeConfig.Runner config;
    private final Enforcement node;
    private final RunnerView view;
    private final RunnerSlot declared;
    private final SortedMap<Integer, RunnerSlot> others = new TreeMap<>();
    private final Set<Integer> told = new HashSet<>();

    RunnerSlots(NodeConfig.Runner config, Enforcement node, RunnerView view) {
        this.config = config;
        this.node = node;
        this.view = view;
        this.declared = new RunnerSlot(config, node, view);
    }

    /** Whether packets of the declared interface are judged. */
    boolean attached() {
        return declared.attached();
    }

    /** Index of the declared interface if it is attached, 0 for none. */
    int ifindex() {
        return declared.ifindex();
    }

    /** Attaches what is there, and puts {@code standing} in force on it. */
    void attach(Standing standing) {
        declared.attach(standing);
        attestUplinks(standing).forEach(found -> LOG.atError().log(found.text()));
    }

    /** Looks after the runner's interfaces no more; the kernel goes on with what is in force. */
    void leave() {
        declared.leave();
        others.values().forEach(RunnerSlot::leave);
        others.clear();
    }

    /** One store in the kernel an interface. */
    void flip(Standing standing) {
        declared.flip(standing);
        others.values().forEach(slot -> slot.flip(standing));
    }

    /** The same tables have got another meaning: revision, or scope. */
    void restate(Standing standing) {
        declared.restate(standing);
        others.values().forEach(slot -> slot.restate(standing));
    }

    /**
     * Compares the kernel with what was left in it, repairs it, and looks for uplinks.
     *
     * @return what was found, for events; empty when all was well
     */
    List<Tampering> attest(Standing standing) {
        List<Tampering> found = new ArrayList<>(declared.attest(standing));
        others.values().forEach(slot -> found.addAll(slot.attest(standing)));
        others.values().removeIf(slot -> !slot.attached());
        found.addAll(attestUplinks(standing));
        return found;
    }

    private List<Tampering> attestUplinks(Standing standing) {
        if (config.direction() != Direction.EGRESS) {
            return List.of();
        }
        List<Link> beside = node.links().uplinksBeside(node.interfaces());
        told.retainAll(beside.stream().map(Link::ifindex).toList());
        return beside.stream()
                .filter(link -> !others.containsKey(link.ifindex()))
                .flatMap(link -> meet(link, standing).stream())
                .toList();
    }

    private Optional<Tampering> meet(Link link, Standing standing) {
        return switch (config.uplinks()) {
            case FILTER -> filter(link, standing);
            case REPORT -> link.up() ? tell(link, "is not filtered.") : Optional.empty();
        };
    }

    private Optional<Tampering> filter(Link link, Standing standing) {
        RunnerSlot slot = new RunnerSlot(config.on(link.name()), node, view);
        try {
            slot.attach(standing);
        } catch (BpfException e) {
            return tell(link, "cannot be filtered, which is tried each second: " + e.getMessage());
        }
        if (slot.attached()) {
            others.put(link.ifindex(), slot);
            LOG.atInfo()
                    .addKeyValue("runner", config.name())
                    .addKeyValue("interface", link.name())
                    .log("another uplink is filtered");
        }
        return Optional.empty();
    }

    private Optional<Tampering> tell(Link link, String what) {
        String kind = link.kind().name().toLowerCase(Locale.ROOT);
        return told.add(link.ifindex())
                ? Optional.of(
                        new Tampering(
                                EventKind.TAMPER_UPLINK,
                                "the machine has another way out: "
                                        + link.name()
                                        + " ("
                                        + kind
                                        + ") "
                                        + what))
                : Optional.empty();
    }
}
