package io.fleetwall.bpf;

/** Which packets of an interface are judged. Numbers are shared with {@code enum fw_direction}. */
public enum Direction {
    /** What the runner sends into the host side of its veth or tap. */
    INGRESS(0, Libbpf.TCX_INGRESS),
    /** What the machine itself sends out of an uplink. */
    EGRESS(1, Libbpf.TCX_EGRESS);

    private final byte number;
    private final int attachType;

    Direction(int number, int attachType) {
        this.number = (byte) number;
        this.attachType = attachType;
    }

    byte number() {
        return number;
    }

    int attachType() {
        return attachType;
    }
}
