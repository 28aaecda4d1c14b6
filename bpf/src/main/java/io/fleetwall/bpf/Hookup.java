package io.fleetwall.bpf;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Our programs on an interface: the one that judges, and on an uplink its companion on the other
 * side.
 */
final class Hookup implements AutoCloseable {
    private final Installation installation;
    private final LoadedPrograms programs;
    private final Links links;
    private final Links companions;
    private final Filters filters = new Filters();

    Hookup(PinDirectory pins, Installation installation) {
        this.installation = installation;
        this.programs = installation.programs();
        this.links = new Links(pins, Links.DIRECTORY);
        this.companions = new Links(pins, Links.INBOUND_DIRECTORY);
    }

    private Hooks judges(Attachment.Hook hook) {
        return switch (hook) {
            case TCX -> links;
            case CLSACT -> filters;
        };
    }

    private Hooks companions(Attachment.Hook hook) {
        return switch (hook) {
            case TCX -> companions;
            case CLSACT -> filters;
        };
    }

    boolean isAttached(Attachment at) {
        return judges(at.hook()).isAttached(at.ifindex(), at.direction());
    }

    /** Hooks in what is not, behind the companion: what comes in is seen before answers leave. */
    void attach(Attachment at) {
        attachCompanion(at);
        attachJudge(at);
    }

    /** It only remembers who calls. */
    void attachCompanion(Attachment at) {
        if (at.direction() == Direction.EGRESS) {
            companions(at.hook())
                    .attach(programs.inbound().number(), at.ifindex(), Direction.INGRESS);
        }
    }

    void attachJudge(Attachment at) {
        judges(at.hook()).attach(programs.judge().number(), at.ifindex(), at.direction());
    }

    void remove(Attachment at) {
        judges(at.hook()).remove(at.ifindex(), at.direction());
        if (at.direction() == Direction.EGRESS) {
            companions(at.hook()).remove(at.ifindex(), Direction.INGRESS);
        }
    }

    /** Puts our programs behind hooks that an older build of the agent left. */
    void ensurePrograms(Attachment at) {
        ensure(judges(at.hook()), programs.judge(), at.ifindex(), at.direction());
        if (at.direction() == Direction.EGRESS) {
            ensure(companions(at.hook()), programs.inbound(), at.ifindex(), Direction.INGRESS);
        }
    }

    private static void ensure(
            Hooks hooks, FileDescriptor program, int ifindex, Direction direction) {
        int id = ProgramInfo.of(program.number()).id();
        switch (hooks.check(id, ifindex, direction)) {
            case OTHER_PROGRAM -> hooks.replace(program.number(), ifindex, direction);
            case DETACHED -> {
                hooks.remove(ifindex, direction);
                hooks.attach(program.number(), ifindex, direction);
            }
            case INTACT, UNPINNED, NOT_FIRST, OTHER_ENTRY, INBOUND_DETACHED -> {}
        }
        hooks.hold(ifindex, direction);
    }

    AttachmentState check(Attachment at) {
        int judge = ProgramInfo.of(programs.judge().number()).id();
        AttachmentState state = judges(at.hook()).check(judge, at.ifindex(), at.direction());
        if (state == AttachmentState.INTACT && at.direction() == Direction.EGRESS) {
            int inbound = ProgramInfo.of(programs.inbound().number()).id();
            AttachmentState companion =
                    companions(at.hook()).check(inbound, at.ifindex(), Direction.INGRESS);
            return companion == AttachmentState.INTACT || companion == AttachmentState.NOT_FIRST
                    ? AttachmentState.INTACT
                    : AttachmentState.INBOUND_DETACHED;
        }
        return state;
    }

    /** Whether a repair can help: a filter never comes before TCX programs. */
    static boolean repairable(Attachment at, AttachmentState state) {
        return state != AttachmentState.INTACT
                && (state != AttachmentState.NOT_FIRST || at.hook() == Attachment.Hook.TCX);
    }

    /** Undoes one thing that is wrong with an attachment; no packet passes that did not before. */
    void repair(Attachment at, AttachmentState state) {
        switch (state) {
            case INTACT, OTHER_ENTRY -> {}
            case NOT_FIRST -> putFirst(at);
            case INBOUND_DETACHED ->
                    repair(companions(at.hook()), programs.inbound(), at, Direction.INGRESS);
            case UNPINNED, DETACHED, OTHER_PROGRAM ->
                    repair(judges(at.hook()), programs.judge(), at, at.direction());
        }
    }

    private void putFirst(Attachment at) {
        try (KernelObject copy = installation.copy()) {
            judges(at.hook())
                    .putFirst(
                            programs.judge().number(),
                            copy.programFd(KernelObject.JUDGE),
                            at.ifindex(),
                            at.direction());
        }
    }

    private static void repair(
            Hooks hooks, FileDescriptor program, Attachment at, Direction direction) {
        int id = ProgramInfo.of(program.number()).id();
        switch (hooks.check(id, at.ifindex(), direction)) {
            case INTACT, NOT_FIRST, OTHER_ENTRY, INBOUND_DETACHED -> {}
            case UNPINNED -> hooks.pinAgain(at.ifindex(), direction);
            case DETACHED -> {
                hooks.remove(at.ifindex(), direction);
                hooks.attach(program.number(), at.ifindex(), direction);
            }
            case OTHER_PROGRAM -> hooks.replace(program.number(), at.ifindex(), direction);
        }
    }

    /**
     * Removes pinned links that belong to no attachment: their interface went, or an agent died.
     */
    void removeOthers(List<Attachment> kept) {
        Set<Integer> known = new HashSet<>();
        kept.forEach(at -> known.add(at.ifindex()));
        for (Links pinned : List.of(links, companions)) {
            pinned.pinned().stream()
                    .filter(link -> !known.contains(link.ifindex()))
                    .forEach(link -> pinned.remove(link.ifindex(), link.direction()));
        }
    }

    /** Lets go of everything; what is pinned stays hooked in. */
    @Override
    public void close() {
        links.close();
        companions.close();
    }
}
