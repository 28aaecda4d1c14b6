package io.fleetwall.bpf;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The attached interfaces: their places in the map, their hooks, and which slot each has.
 *
 * <p>An interface gets its slot and its entry before its hook, and loses its hook first: a packet
 * never meets the program without its entry, and if it did it would be dropped.
 */
final class Runners implements AutoCloseable {
    /** How long a repair tries: the kernel detaches a link a moment after its pin was removed. */
    private static final long REPAIR_NANOS = 500_000_000;

    private final RunnerPlaces places;
    private final Hookup hookup;
    private final Slots slots;
    private final Predecessors predecessors;
    private final TreeMap<Integer, Attachment> attachments = new TreeMap<>();

    /** Attachments that a predecessor still judges: ours come with their first policy. */
    private final Set<Integer> waiting = new HashSet<>();

    Runners(RunnerPlaces places, Hookup hookup, Slots slots, Predecessors predecessors) {
        this.places = places;
        this.hookup = hookup;
        this.slots = slots;
        this.predecessors = predecessors;
    }

    /** Takes over what is attached; lets go of interfaces that are gone. */
    void adopt() {
        for (Attachment found : places.all()) {
            boolean known = Interfaces.nameOf(found.ifindex()).isPresent();
            if (known && hookup.isAttached(found)) {
                hookup.ensurePrograms(found);
                attachments.put(found.ifindex(), found);
            } else {
                hookup.remove(found);
                places.remove(found.ifindex());
            }
        }
        hookup.removeOthers(all());
        clearUnusedSlots();
        attachments.values().stream()
                .filter(at -> slots.get(at.slot()).bits() != 0)
                .forEach(at -> predecessors.retire(at.ifindex()));
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
        places.put(attachment);
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

    void detach(int ifindex) {
        Attachment attachment = require(ifindex);
        hookup.remove(attachment);
        predecessors.retire(ifindex);
        waiting.remove(ifindex);
        places.remove(ifindex);
        slots.set(attachment.slot(), new SlotWord(0));
        attachments.remove(ifindex);
    }

    /** Compares what the kernel has with what was attached. */
    AttachmentState check(int ifindex) {
        Attachment attachment = require(ifindex);
        if (!places.has(attachment)) {
            return AttachmentState.OTHER_ENTRY;
        }
        return awaitsPolicy(attachment) ? AttachmentState.INTACT : hookup.check(attachment);
    }

    /** Whether a predecessor still judges for it. If somebody ended that, our own program must. */
    private boolean awaitsPolicy(Attachment attachment) {
        return waiting.contains(attachment.ifindex()) && predecessors.judges(attachment);
    }

    /** Makes an attachment as it was, in its own slot; how it is then. */
    AttachmentState repair(int ifindex) {
        Attachment attachment = require(ifindex);
        places.put(attachment);
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
