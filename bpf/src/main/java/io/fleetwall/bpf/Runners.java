package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The attached interfaces: the {@code runners} map, the links, and which slot each has.
 *
 * <p>An interface gets its slot and its entry before its link, and loses its link first: a packet
 * never meets the program without its entry, and if it did it would be dropped.
 */
final class Runners {
    private static final long SLOT = Layouts.offset(Layouts.RUNNER, "slot");
    private static final long LINK = Layouts.offset(Layouts.RUNNER, "link");
    private static final long DIRECTION = Layouts.offset(Layouts.RUNNER, "direction");

    private final BpfMap map;
    private final Links links;
    private final Slots slots;
    private final TreeMap<Integer, Attachment> attachments = new TreeMap<>();

    Runners(BpfMap map, Links links, Slots slots) {
        this.map = map;
        this.links = links;
        this.slots = slots;
        map.requireSizes(JAVA_INT, Layouts.RUNNER);
    }

    /** Takes over what is attached; lets go of interfaces that are gone. */
    void adopt() {
        List<Links.Pinned> pinned = links.pinned();
        for (Links.Pinned link : pinned) {
            Optional<String> name =
                    link.alive() ? Interfaces.nameOf(link.ifindex()) : Optional.empty();
            Optional<Attachment> attachment =
                    name.flatMap(known -> read(known, link.ifindex(), link.direction()));
            attachment.ifPresent(found -> attachments.put(found.ifindex(), found));
            if (attachment.isEmpty()) {
                links.remove(link.ifindex(), link.direction());
            }
        }
        forgetOthers();
    }

    private Optional<Attachment> read(String name, int ifindex, Direction direction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.RUNNER);
            if (!map.lookup(ifindex, value)
                    || value.get(JAVA_BYTE, DIRECTION) != direction.number()) {
                return Optional.empty();
            }
            LinkKind kind =
                    value.get(JAVA_BYTE, LINK) == LinkKind.ETHERNET.number()
                            ? LinkKind.ETHERNET
                            : LinkKind.RAW_L3;
            return Optional.of(
                    new Attachment(
                            name,
                            ifindex,
                            direction,
                            kind,
                            Attachment.Hook.TCX,
                            value.get(JAVA_INT, SLOT)));
        }
    }

    /** Entries and slots that no link uses: their interface went, or an agent died in between. */
    private void forgetOthers() {
        List<Integer> unused = new ArrayList<>();
        map.forEach((key, value) -> {
            if (!attachments.containsKey(key.get(JAVA_INT, 0))) {
                unused.add(key.get(JAVA_INT, 0));
            }
        });
        unused.forEach(map::delete);
        BitSet used = usedSlots();
        for (int slot = 0; slot < slots.count(); slot++) {
            if (!used.get(slot) && slots.get(slot).bits() != 0) {
                slots.set(slot, new SlotWord(0));
            }
        }
    }

    Attachment attach(int programFd, String name, int ifindex, Direction direction) {
        Attachment known = attachments.get(ifindex);
        if (known != null && stillAttached(known)) {
            if (known.direction() != direction) {
                throw new IllegalStateException(
                        name + " is attached for " + known.direction() + " already");
            }
            return known;
        }
        if (known != null) {
            detach(ifindex);
        }
        Attachment attachment =
                new Attachment(
                        name,
                        ifindex,
                        direction,
                        Interfaces.kindOf(name),
                        Attachment.Hook.TCX,
                        freeSlot());
        slots.set(attachment.slot(), new SlotWord(0));
        write(attachment);
        links.create(programFd, ifindex, direction);
        attachments.put(ifindex, attachment);
        return attachment;
    }

    private boolean stillAttached(Attachment attachment) {
        return links.pinned().stream()
                .anyMatch(link ->
                        link.ifindex() == attachment.ifindex()
                                && link.direction() == attachment.direction()
                                && link.alive());
    }

    private void write(Attachment attachment) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.RUNNER);
            value.set(JAVA_INT, SLOT, attachment.slot());
            value.set(JAVA_BYTE, LINK, attachment.link().number());
            value.set(JAVA_BYTE, DIRECTION, attachment.direction().number());
            map.update(attachment.ifindex(), value);
        }
    }

    void detach(int ifindex) {
        Attachment attachment = require(ifindex);
        links.remove(ifindex, attachment.direction());
        map.delete(ifindex);
        slots.set(attachment.slot(), new SlotWord(0));
        attachments.remove(ifindex);
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
}
