package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.Direction;
import io.fleetwall.bpf.InboundPort;
import io.fleetwall.bpf.Interfaces;
import io.fleetwall.bpf.SlotOptions;
import io.fleetwall.bpf.SlotState;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.protocol.event.EventKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One runner's interface and slot in the kernel. Used by its runner's verticle only. An interface
 * that is not there (yet) is waited for: the next {@link #attest} attaches it.
 */
final class RunnerSlot {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerSlot.class);

    private final NodeConfig.Runner config;
    private final DataPlane plane;
    private final Enforcement node;
    private final Map<Integer, RunnerView> byInterface;
    private final RunnerView view;
    private final SlotAttestation attestation;
    private final SlotAddresses addresses;
    private volatile int ifindex;
    private long word;
    private boolean bridged;
    private boolean bridgeTold;

    RunnerSlot(NodeConfig.Runner config, Enforcement node, RunnerView view) {
        this.config = config;
        this.plane = node.plane();
        this.node = node;
        this.byInterface = node.views();
        this.view = view;
        this.attestation = new SlotAttestation(config, plane);
        this.addresses = new SlotAddresses(config, plane);
    }

    /** Whether packets of the interface are judged. */
    boolean attached() {
        return ifindex != 0;
    }

    /** Index of the interface that is attached, 0 for none. */
    int ifindex() {
        return ifindex;
    }

    /** Attaches the interface, if it is there, and puts {@code standing} in force on it. */
    void attach(Standing standing) {
        Optional<Integer> found = lookUp();
        if (found.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("runner", config.name())
                    .addKeyValue("interface", config.interfaceName())
                    .log("the interface is not there; it is filtered as soon as it is");
            return;
        }
        ifindex = found.get();
        plane.attach(
                config.interfaceName(),
                ifindex,
                switch (config.direction()) {
                    case INGRESS -> Direction.INGRESS;
                    case EGRESS -> Direction.EGRESS;
                });
        plane.permissions().inbound(ifindex, inbound());
        byInterface.put(ifindex, view);
        bridged = node.links().isBridged(ifindex);
        bridgeTold = false;
        addresses.forget();
        addresses.refresh(ifindex);
        flip(standing);
        attestation.well();
    }

    private Set<InboundPort> inbound() {
        return config.inbound().stream()
                .map(port ->
                        new InboundPort(
                                switch (port.protocol()) {
                                    case TCP -> InboundPort.Protocol.TCP;
                                    case UDP -> InboundPort.Protocol.UDP;
                                },
                                port.port()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private Optional<Integer> lookUp() {
        try {
            return Optional.of(Interfaces.indexOf(config.interfaceName()));
        } catch (BpfException e) {
            return Optional.empty();
        }
    }

    /** One store in the kernel; nothing while there is no interface. */
    void flip(Standing standing) {
        if (attached()) {
            SlotState state = plane.flip(ifindex, standing.tables().set(), options());
            word = state.word();
            view.ruled(word, standing);
        }
    }

    /** The same tables have got another meaning: revision, or scope. */
    void restate(Standing standing) {
        if (attached()) {
            view.ruled(word, standing);
        }
    }

    /**
     * Compares the kernel with what was left in it and repairs it.
     *
     * @return what was found and repaired, for events; empty when all was well
     */
    List<Tampering> attest(Standing standing) {
        Optional<Integer> found = lookUp();
        if (found.isEmpty()) {
            gone();
            return List.of();
        }
        if (found.get() != ifindex) {
            boolean replaced = attached();
            gone();
            attach(standing);
            LOG.atInfo()
                    .addKeyValue("runner", config.name())
                    .addKeyValue("interface", config.interfaceName())
                    .addKeyValue("replaced", replaced)
                    .log("interface attached");
            return List.of();
        }
        addresses.refresh(ifindex);
        return attestAttached(standing);
    }

    private List<Tampering> attestAttached(Standing standing) {
        List<Tampering> found =
                Stream.of(
                                attestation.hook(ifindex),
                                attestBridge(standing),
                                attestation.slot(ifindex, word, () -> flip(standing)),
                                attestInbound())
                        .flatMap(Optional::stream)
                        .toList();
        attestation.well();
        return found;
    }

    /** Where packets are not routed no redirect sees them: port 53 must not count on one. */
    private SlotOptions options() {
        return bridged ? SlotOptions.NONE : node.options(config.direction());
    }

    private Optional<Tampering> attestBridge(Standing standing) {
        boolean now = node.links().isBridged(ifindex);
        if (now != bridged) {
            bridged = now;
            flip(standing);
        }
        boolean news = now && !bridgeTold && !node.options(config.direction()).equals(options());
        bridgeTold = now;
        return news
                ? Optional.of(
                        new Tampering(
                                EventKind.TAMPER_UPLINK,
                                config.interfaceName()
                                        + " is a port of a bridge, where port 53 is not redirected:"
                                        + " it is closed there. Give the runner a routed link, or"
                                        + " have it ask the proxy's own port."))
                : Optional.empty();
    }

    private Optional<Tampering> attestInbound() {
        if (plane.permissions().inbound(ifindex).equals(inbound())) {
            return Optional.empty();
        }
        plane.permissions().inbound(ifindex, inbound());
        return Optional.of(
                new Tampering(
                        EventKind.TAMPER_TABLE,
                        "the list of ports of "
                                + config.interfaceName()
                                + " that may be called was changed by somebody else; it is as it"
                                + " was again."));
    }

    /** Looks after the interface no more; the kernel goes on with what is in force. */
    void leave() {
        byInterface.remove(ifindex);
        ifindex = 0;
    }

    /** The interface is gone; nothing when it is not attached. */
    private void detach() {
        if (attached()) {
            byInterface.remove(ifindex);
            plane.detach(ifindex);
            ifindex = 0;
        }
    }

    private void gone() {
        if (attached()) {
            detach();
            LOG.atInfo()
                    .addKeyValue("runner", config.name())
                    .addKeyValue("interface", config.interfaceName())
                    .log("interface gone");
        }
    }
}
