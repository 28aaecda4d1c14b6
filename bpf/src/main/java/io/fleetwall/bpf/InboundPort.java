package io.fleetwall.bpf;

/**
 * A port of this machine that may be called over an uplink; its answers pass.
 *
 * <p>Every port listed here is a way out for whoever may listen on it, so it belongs to a service
 * that jobs cannot replace: an unprivileged job cannot listen below 1024.
 *
 * @param port 1 to 65535
 */
public record InboundPort(Protocol protocol, int port) {
    public InboundPort {
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port);
        }
    }

    /** Protocols with ports; numbers of IANA. */
    public enum Protocol {
        TCP(6),
        UDP(17);

        private final byte number;

        Protocol(int number) {
            this.number = (byte) number;
        }

        byte number() {
            return number;
        }

        static Protocol of(byte number) {
            return number == TCP.number ? TCP : UDP;
        }
    }
}
