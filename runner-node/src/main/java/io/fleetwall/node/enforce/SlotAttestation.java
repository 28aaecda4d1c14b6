package io.fleetwall.node.enforce;

import io.fleetwall.bpf.AttachmentState;
import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.SlotState;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.protocol.event.EventKind;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares one interface's hook and slot with what the agent left there, and repairs them.
 *
 * <p>It remembers when all was well last, and how many packets the interface had seen then: that
 * bounds what may have passed when it is not.
 */
final class SlotAttestation {
    private static final Logger LOG = LoggerFactory.getLogger(SlotAttestation.class);

    private final NodeConfig.Runner config;
    private final DataPlane plane;
    private long wellAt = System.nanoTime();
    private OptionalLong packetsThen = OptionalLong.empty();

    SlotAttestation(NodeConfig.Runner config, DataPlane plane) {
        this.config = config;
        this.plane = plane;
    }

    /** All is well now. */
    void well() {
        wellAt = System.nanoTime();
        packetsThen = Traffic.packets(config.interfaceName(), config.direction());
    }

    /** Looks at the hook: program, link, pin, place, entry. */
    Optional<Tampering> hook(int ifindex) {
        AttachmentState state = plane.attached(ifindex);
        if (state == AttachmentState.INTACT) {
            return Optional.empty();
        }
        String what = config.interfaceName() + ": " + state.text() + "; ";
        return Optional.of(
                new Tampering(
                        EventKind.TAMPER_DETACHED, what + repaired(ifindex) + passed(state) + "."));
    }

    private String repaired(int ifindex) {
        try {
            AttachmentState after = plane.repair(ifindex);
            return after == AttachmentState.INTACT
                    ? "it is as it was again. "
                    : "it is not yet repaired (" + after.text() + "), which is tried each second. ";
        } catch (BpfException e) {
            LOG.atWarn()
                    .addKeyValue("interface", config.interfaceName())
                    .setCause(e)
                    .log("an attachment cannot be repaired");
            return "it is not yet repaired (" + e.getMessage() + "). ";
        }
    }

    private String passed(AttachmentState state) {
        return switch (state) {
            case DETACHED, OTHER_PROGRAM -> "Not judged" + within();
            case NOT_FIRST ->
                    "Seen by another program first, which may have let them pass" + within();
            case OTHER_ENTRY -> "Judged by another entry, or dropped" + within();
            case INTACT, UNPINNED, INBOUND_DETACHED -> "Nothing passed unjudged";
        };
    }

    /** Looks at the slot. */
    Optional<Tampering> slot(int ifindex, long word, Runnable flip) {
        Optional<SlotState> state = plane.slot(ifindex);
        if (state.isPresent() && state.get().word() == word) {
            return Optional.empty();
        }
        flip.run();
        String instead =
                state.map(other ->
                                "Judged by revision "
                                        + other.revision()
                                        + " in mode "
                                        + other.mode().name().toLowerCase(Locale.ROOT)
                                        + " instead")
                        .orElse("Dropped");
        return Optional.of(
                new Tampering(
                        EventKind.TAMPER_TABLE,
                        "the slot of "
                                + config.interfaceName()
                                + " was changed by somebody else; it is as it was again. "
                                + instead
                                + within()
                                + "."));
    }

    /** At most what the interface has seen since all was well. */
    private String within() {
        long millis = (System.nanoTime() - wellAt) / 1_000_000;
        OptionalLong now = Traffic.packets(config.interfaceName(), config.direction());
        String packets =
                now.isPresent() && packetsThen.isPresent()
                        ? "at most " + (now.getAsLong() - packetsThen.getAsLong()) + " packets"
                        : "an unknown number of packets";
        return ": " + packets + " of the last " + millis + " ms";
    }
}
