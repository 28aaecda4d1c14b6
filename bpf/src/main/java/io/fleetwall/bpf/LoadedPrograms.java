package io.fleetwall.bpf;

/**
 * The programs of the kernel object.
 *
 * @param judge the one that decides
 * @param inbound its companion on the other side of uplinks, see {@code inbound.h}
 */
record LoadedPrograms(FileDescriptor judge, FileDescriptor inbound) implements AutoCloseable {
    static final String JUDGE_PIN = "program";
    static final String INBOUND_PIN = "inbound_program";
    private static final String NEXT = "_next";

    static LoadedPrograms open(PinDirectory pins) {
        FileDescriptor judge = pins.require(JUDGE_PIN);
        try {
            return new LoadedPrograms(judge, pins.require(INBOUND_PIN));
        } catch (RuntimeException e) {
            judge.close();
            throw e;
        }
    }

    /** Pins the programs of an object for the first time. */
    static void pin(PinDirectory pins, KernelObject object) {
        pins.pin(object.programFd(KernelObject.INBOUND), INBOUND_PIN);
        pins.pin(object.programFd(KernelObject.JUDGE), JUDGE_PIN);
    }

    /** Pins the programs of an object in the place of those that are pinned. */
    static void replace(PinDirectory pins, KernelObject object) {
        replace(pins, object.programFd(KernelObject.INBOUND), INBOUND_PIN);
        replace(pins, object.programFd(KernelObject.JUDGE), JUDGE_PIN);
    }

    private static void replace(PinDirectory pins, int fd, String pin) {
        pins.unpin(pin + NEXT);
        pins.pin(fd, pin + NEXT);
        pins.rename(pin + NEXT, pin);
    }

    static BuildRecord.Tags tags(KernelObject object) {
        return new BuildRecord.Tags(
                ProgramInfo.of(object.programFd(KernelObject.JUDGE)).tag(),
                ProgramInfo.of(object.programFd(KernelObject.INBOUND)).tag());
    }

    BuildRecord.Tags tags() {
        return new BuildRecord.Tags(
                ProgramInfo.of(judge.number()).tag(), ProgramInfo.of(inbound.number()).tag());
    }

    @Override
    public void close() {
        judge.close();
        inbound.close();
    }
}
