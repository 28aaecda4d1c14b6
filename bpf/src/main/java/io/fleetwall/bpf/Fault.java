package io.fleetwall.bpf;

/** What the kernel part could not do; numbers are those of {@code enum fw_fault}. */
public enum Fault {
    /** An event found the ring full. */
    EVENT_LOST(0),
    /** The flow memory took no entry; the flow is decided anew at its next packet. */
    FLOW_FORGOTTEN(1),
    /** The fragment memory took no entry; later fragments of that datagram are dropped. */
    FRAGMENT_FORGOTTEN(2),
    /** The denial memory took no entry; that denial is reported without aggregation. */
    DENIAL_FORGOTTEN(3),
    /** A denied packet was dropped in silence: the runner's answers are used up for now. */
    REJECT_LIMITED(4),
    /** A denied packet was dropped in silence: the answer could not be built. */
    REJECT_FAILED(5),
    /** The memory of inbound flows took no entry; answers of that flow are judged by the policy. */
    INBOUND_FORGOTTEN(6),
    /** An event was not sent: its runner's share is used up for now. */
    EVENT_LIMITED(7);

    private final int number;

    Fault(int number) {
        this.number = number;
    }

    /** The stable number. */
    public int number() {
        return number;
    }
}
