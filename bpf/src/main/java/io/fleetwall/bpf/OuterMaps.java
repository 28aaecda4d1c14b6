package io.fleetwall.bpf;

/** The maps of maps, by table set index. */
record OuterMaps(BpfMap networks, BpfMap learned, BpfMap programs) {
    /** Takes a table set away from the program; its maps go when nobody holds them. */
    void remove(int index) {
        networks.delete(index);
        learned.delete(index);
        programs.delete(index);
    }
}
