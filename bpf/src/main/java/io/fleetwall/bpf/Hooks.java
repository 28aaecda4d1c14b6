package io.fleetwall.bpf;

/** A way to hook a program to one side of an interface, found again after a restart. */
interface Hooks {
    /** Hooks a program in, before every other program on that side. */
    void attach(int programFd, int ifindex, Direction direction);

    /** Whether something of ours is hooked in there, whatever program it is. */
    boolean isAttached(int ifindex, Direction direction);

    /** Keeps what is hooked in there, so that it stays when its pin is removed. */
    void hold(int ifindex, Direction direction);

    /** Compares with what {@link #attach} left behind. */
    AttachmentState check(int programId, int ifindex, Direction direction);

    /** Puts another program behind the hook in one step, without a packet in between. */
    void replace(int programFd, int ifindex, Direction direction);

    /**
     * Puts a program that others were put before in front again, without a packet in between.
     *
     * @param copyFd of a second copy, which judges behind the others meanwhile: the kernel takes no
     *     program twice
     */
    void putFirst(int programFd, int copyFd, int ifindex, Direction direction);

    /** Makes lasting again what {@link AttachmentState#UNPINNED} says is not. */
    void pinAgain(int ifindex, Direction direction);

    /** Takes it away; nothing to take away is no error. Returns when no packet meets it. */
    void remove(int ifindex, Direction direction);
}
