package io.fleetwall.node.enforce;

import io.fleetwall.bpf.Feature;
import io.fleetwall.bpf.KernelFeatures;
import io.fleetwall.protocol.message.Capability;
import java.util.List;

/** What this machine's kernel has of what enforcement wants, as the gateway is told. */
public final class Capabilities {
    private Capabilities() {}

    /** Looked at now. */
    public static List<Capability> now() {
        return KernelFeatures.probe().stream().map(Capabilities::capability).toList();
    }

    private static Capability capability(Feature feature) {
        return new Capability(
                feature.key(),
                switch (feature.presence()) {
                    case PRESENT -> Capability.Presence.PRESENT;
                    case MISSING -> Capability.Presence.MISSING;
                    case UNKNOWN -> Capability.Presence.UNKNOWN;
                });
    }
}
