package io.fleetwall.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The number of the last nftables transaction in this network namespace. As long as it stays,
 * nobody has changed a rule: one question to the kernel, microseconds, where listing the rules
 * takes a process.
 */
public final class NftablesClock {
    private static final int GET_GENERATION = 10 << 8 | 16;
    private static final int FIXED_BYTES = 4;
    private static final int GENERATION_ID = 1;

    private NftablesClock() {}

    /** The number; any transaction of anybody changes it. */
    public static int now() {
        try (Netlink netlink = Netlink.open(Netlink.NETFILTER, 0)) {
            NetlinkMessage answer = netlink.get(GET_GENERATION, new byte[FIXED_BYTES]);
            byte[] id = answer.attributes(FIXED_BYTES).get(GENERATION_ID);
            if (id == null || id.length != 4) {
                throw new BpfException(0, "nftables", "generation", "no number in the answer");
            }
            return ByteBuffer.wrap(id).order(ByteOrder.BIG_ENDIAN).getInt();
        }
    }
}
