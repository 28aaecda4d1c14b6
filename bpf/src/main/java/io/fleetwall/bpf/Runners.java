package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The attached interfaces: the {@code runners} map, the hooks, and which slot each has.
 *
 * <p>An interface gets its slot and its entry before its hook, and loses its hook first: a packet
 * never meets the program without its entry, and if it did it would be dropped.
 */
final class Runners implements AutoCloseable {
    private static final long SLOT = Layouts.offset(Layouts.RUNNER, "slot");
    private static final long LINK = Layouts.offset(Layouts.RUNNER, "link");
    private static final long DIRECTION = Layouts.offset(Layouts.RUNNER, "direction");
    private static final long HOOK = Layouts.offset(Layouts.RUNNER, "hook");

    /** How long a repair tries: the kernel detaches a link a moment after its pin was removed. */
    private static final long REPAIR_NANOS = 500_000_000;

    private final BpfMap map;
    private final Hookup hookup;
    private final Slots slots;
    private final Predecessors predecessors;
    private final TreeMap<Integer, Attachment> attachments = new TreeMap<>();

    /** Attachments that a predecessor still judges: ours come with their first policy. */
    private final Set<Integer> waiting = new HashSet<>();

    Runners(BpfMap map, Hookup hookup, Slots slots, Predecessors predecessors) {
        this.map = map;
        this.hookup = hookup;
        this.slots = slots;
        this.predecessors = predecessors;
        map.requireSizes(JAVA_INT, Layouts.RUNNER);
    }

    /** Takes over what is attached; lets go of interfaces that are gone. */
    void adopt() {
        for (Attachment found : entries()) {
            boolean known = Interfaces.nameOf(found.ifindex()).isPresent();
            if (known && hookup.isAttached(found)) {
                hookup.ensurePrograms(found);
                attachments.put(found.ifindex(), found);
            } else {
                hookup.remove(found);
                map.delete(found.ifindex());
            }
        }
        hookup.removeOthers(all());
        clearUnusedSlots();
        attachments.values().stream()
                .filter(at -> slots.get(at.slot()).bits() != 0)
                .forEach(at -> predecessors.retire(at.ifindex()));
    }

    /** What the map says; the name is empty when the interface is gone. */
    private List<Attachment> entries() {
        List<Attachment> found = new ArrayList<>();
        map.forEach((key, value) -> found.add(read(key.get(JAVA_INT, 0), value)));
        return found;
    }

    private static Attachment read(int ifindex, MemorySegment value) {
        boolean ethernet = value.get(JAVA_BYTE, LINK) == LinkKind.ETHERNET.number();
        boolean egress = value.get(JAVA_BYTE, DIRECTION) == Direction.EGRESS.number();
        return new Attachment(
                Interfaces.nameOf(ifindex).orElse(""),
                ifindex,
                egress ? Direction.EGRESS : Direction.INGRESS,
                ethernet ? LinkKind.ETHERNET : LinkKind.RAW_L3,
                Attachment.Hook.of(value.get(JAVA_BYTE, HOOK)),
                value.get(JAVA_INT, SLOT));
    }

    /** Slots that nobody uses: their interface went, or an agent died in between. */
    private void clearUnusedSlots() {
        BitSet used = usedSlots();
        for (int slot = 0; slot < slots.count(); slot++) {
            if (!used.get(slot) && slots.get(slot).bits() != 0) {
                slots.set(slot, new SlotWord(0));
            }
        }
    }

    /**
     * Attaches an interface that is not, with a slot of its own.
     *
     * @param wanted its slot is not looked at
     */
    Attachment attach(Attachment wanted) {
        Attachment known = attachments.get(wanted.ifindex());
        if (known != null && (waiting.contains(known.ifindex()) || hookup.isAttached(known))) {
            if (known.direction() != wanted.direction()) {
                throw new IllegalStateException(
                        wanted.interfaceName()
                                + " is attached for "
                                + known.direction()
                                + " already");
            }
            return known;
        }
        if (known != null) {
            detach(wanted.ifindex());
        }
        Attachment attachment = wanted.inSlot(freeSlot());
        slots.set(attachment.slot(), new SlotWord(0));
        write(attachment);
        if (predecessors.judges(attachment)) {
            hookup.attachCompanion(attachment);
            waiting.add(attachment.ifindex());
        } else {
            hookup.attach(attachment);
        }
        attachments.put(attachment.ifindex(), attachment);
        return attachment;
    }

    /** Puts a word in force in an attachment's slot, and takes over from a predecessor. */
    void force(Attachment attachment, SlotWord word) {
        slots.set(attachment.slot(), word);
        if (waiting.contains(attachment.ifindex())) {
            hookup.attachJudge(attachment);
            waiting.remove(attachment.ifindex());
        }
        predecessors.retire(attachment.ifindex());
    }

    private void write(Attachment attachment) {
        try (Arena arena = Arena.ofConfined()) {
            map.update(attachment.ifindex(), value(arena, attachment));
        }
    }

    private static MemorySegment value(Arena arena, Attachment attachment) {
        MemorySegment value = arena.allocate(Layouts.RUNNER);
        value.set(JAVA_INT, SLOT, attachment.slot());
        value.set(JAVA_BYTE, LINK, attachment.link().number());
        value.set(JAVA_BYTE, DIRECTION, attachment.direction().number());
        value.set(JAVA_BYTE, HOOK, attachment.hook().number());
        return value;
    }

    void detach(int ifindex) {
        Attachment attachment = require(ifindex);
        hookup.remove(attachment);
        predecessors.retire(ifindex);
        waiting.remove(ifindex);
        map.delete(ifindex);
        slots.set(attachment.slot(), new SlotWord(0));
        attachments.remove(ifindex);
    }

    /** Compares what the kernel has with what was attached. */
    AttachmentState check(int ifindex) {
        Attachment attachment = require(ifindex);
        if (!hasEntry(attachment)) {
            return AttachmentState.OTHER_ENTRY;
        }
        return awaitsPolicy(attachment) ? AttachmentState.INTACT : hookup.check(attachment);
    }

    /** Whether a predecessor still judges for it. If somebody ended that, our own program must. */
    private boolean awaitsPolicy(Attachment attachment) {
        return waiting.contains(attachment.ifindex()) && predecessors.judges(attachment);
    }

    private boolean hasEntry(Attachment attachment) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(Layouts.RUNNER);
            return map.lookup(attachment.ifindex(), found)
                    && found.mismatch(value(arena, attachment)) < 0;
        }
    }

    /** Makes an attachment as it was, in its own slot; how it is then. */
    AttachmentState repair(int ifindex) {
        Attachment attachment = require(ifindex);
        write(attachment);
        if (awaitsPolicy(attachment)) {
            return AttachmentState.INTACT;
        }
        waiting.remove(ifindex);
        long deadline = System.nanoTime() + REPAIR_NANOS;
        AttachmentState state = hookup.check(attachment);
        while (Hookup.repairable(attachment, state) && System.nanoTime() - deadline < 0) {
            hookup.repair(attachment, state);
            state = hookup.check(attachment);
        }
        return state;
    }

    private int freeSlot() {
        int slot = usedSlots().nextClearBit(0);
        if (slot >= slots.count()) {
            throw new BpfException(
                    Errno.ENOSPC, "attach", "an interface", "all slots of this node are in use");
        }
        return slot;
    }

    private BitSet usedSlots() {
        BitSet used = new BitSet();
        attachments.values().forEach(attachment -> used.set(attachment.slot()));
        return used;
    }

    List<Attachment> all() {
        return List.copyOf(attachments.values());
    }

    Optional<Attachment> find(int ifindex) {
        return Optional.ofNullable(attachments.get(ifindex));
    }

    Attachment require(int ifindex) {
        return find(ifindex)
                .orElseThrow(() ->
                        new IllegalArgumentException("interface " + ifindex + " is not attached"));
    }

    @Override
    public void close() {
        hookup.close();
    }
}
