package io.fleetwall.node.dns.listen;

import java.time.Duration;

/**
 * Clients' TCP connections (RFC 7766).
 *
 * @param idle a connection that completes no query for so long is closed
 * @param connections per listener; further ones are closed at once
 * @param messageBytes the longest query accepted: a real one is below 512 bytes
 */
public record TcpSettings(Duration idle, int connections, int messageBytes) {
    public TcpSettings {
        if (!idle.isPositive() || connections < 1) {
            throw new IllegalArgumentException("tcp idle " + idle + ", " + connections);
        }
        if (messageBytes < 512 || messageBytes > 65535) {
            throw new IllegalArgumentException("tcp message bytes " + messageBytes);
        }
    }
}
