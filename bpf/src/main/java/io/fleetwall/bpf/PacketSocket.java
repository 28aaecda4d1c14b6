package io.fleetwall.bpf;

import java.util.Optional;

/**
 * A socket that sends or sees packets beside the filter of its own machine.
 *
 * @param inode which names it as long as it lives
 * @param ifindex the interface it is bound to; 0 for all, or when the kernel does not say
 * @param holder a process that has it open; empty when none was found within bounds, in another pid
 *     namespace for example
 */
public record PacketSocket(Family family, long inode, int ifindex, Optional<Holder> holder) {
    /** Address families that go around routing, netfilter or the traffic hooks. */
    public enum Family {
        /** AF_PACKET: sees every frame, and sends frames of its own making. */
        PACKET(17),
        /** AF_XDP: takes frames off the driver's queue, and puts them there behind every hook. */
        XDP(44),
        /** AF_VSOCK: talks to the hypervisor without any network interface. */
        VSOCK(40);

        private final byte number;

        Family(int number) {
            this.number = (byte) number;
        }

        /** AF_ of linux/socket.h. */
        byte number() {
            return number;
        }
    }

    /**
     * A process with the socket.
     *
     * @param executable its file, empty for a kernel thread or one that may not be looked at
     * @param command its name as it says itself, at most 15 characters
     */
    public record Holder(int pid, String executable, String command) {}
}
