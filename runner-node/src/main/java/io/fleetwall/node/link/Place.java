package io.fleetwall.node.link;

import io.fleetwall.node.config.NodeConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

/** Where the gateway is, and who both are; the same whichever way one goes. */
record Place(String host, int port, Identity identity) {
    /** A gateway to which the whole fleet comes at once takes long; to begin anew is more work. */
    static final int HANDSHAKE_SECONDS = 60;

    static Place of(NodeConfig config, Identity identity) {
        var url = config.gateway().url();
        return new Place(url.getHost(), GatewayPort.of(url), identity);
    }

    PemKeyCertOptions mine() {
        return new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(identity.key()))
                .addCertValue(Buffer.buffer(identity.certificate()));
    }

    PemTrustOptions theirs() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(identity.authority()));
    }
}
