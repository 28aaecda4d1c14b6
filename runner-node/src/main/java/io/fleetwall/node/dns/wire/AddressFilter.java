package io.fleetwall.node.dns.wire;

/** Which addresses an answer may carry. */
@FunctionalInterface
public interface AddressFilter {
    /** Takes every address. */
    AddressFilter ALL = address -> true;

    /**
     * Whether this one may stay.
     *
     * @param address canonical 16 bytes
     */
    boolean keeps(byte[] address);
}
