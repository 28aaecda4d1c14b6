package io.fleetwall.node.link;

import java.net.URI;

/** The port a gateway URL names, or the link's own. */
final class GatewayPort {
    private static final int DEFAULT = 7443;

    private GatewayPort() {}

    static int of(URI url) {
        return url.getPort() < 0 ? DEFAULT : url.getPort();
    }
}
