package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongPredicate;

/**
 * The {@code runners} map: which interface has which slot, eight bytes each.
 *
 * <p>An array that the program looks into at the interface's own number, and at the next few places
 * when another stands there (runner.h). A word is written and read as a whole.
 */
final class RunnerPlaces {
    /** FW_RUNNER_PROBES. */
    private static final int PROBES = 8;

    private static final int SLOT_SHIFT = 16;
    private static final int HOOK_SHIFT = 8;
    private static final int DIRECTION_SHIFT = 4;

    private final BpfMap map;

    RunnerPlaces(BpfMap map) {
        this.map = map;
        map.requireSizes(JAVA_INT, JAVA_LONG);
    }

    /** Enters an interface, or writes it anew where it stands. */
    void put(Attachment attachment) {
        int ifindex = attachment.ifindex();
        OptionalInt place = find(ifindex, word -> ifindex(word) == ifindex);
        if (place.isEmpty()) {
            place = find(ifindex, word -> word == 0);
        }
        write(place.orElseThrow(() -> crowded(attachment)), word(attachment));
    }

    private static BpfException crowded(Attachment attachment) {
        return new BpfException(
                Errno.ENOSPC,
                "attach",
                attachment.interfaceName(),
                "interfaces whose numbers end alike have taken its places: make it anew, so that it"
                        + " gets another number");
    }

    /** Takes an interface out; nothing when it is not there. */
    void remove(int ifindex) {
        find(ifindex, word -> ifindex(word) == ifindex).ifPresent(place -> write(place, 0));
    }

    /** Whether exactly this is entered. */
    boolean has(Attachment attachment) {
        long wanted = word(attachment);
        return find(attachment.ifindex(), word -> word == wanted).isPresent();
    }

    /** Everything entered; the name is empty where the interface is gone. */
    List<Attachment> all() {
        List<Attachment> found = new ArrayList<>();
        map.forEach((_, value) -> {
            long word = value.get(JAVA_LONG, 0);
            if (word != 0) {
                found.add(attachment(word));
            }
        });
        return found;
    }

    private OptionalInt find(int ifindex, LongPredicate wanted) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            for (int probe = 0; probe < PROBES; probe++) {
                int place = (ifindex + probe) & (map.info().maxEntries() - 1);
                if (map.lookup(place, value) && wanted.test(value.get(JAVA_LONG, 0))) {
                    return OptionalInt.of(place);
                }
            }
            return OptionalInt.empty();
        }
    }

    private void write(int place, long word) {
        try (Arena arena = Arena.ofConfined()) {
            map.update(place, arena.allocateFrom(JAVA_LONG, word));
        }
    }

    private static int ifindex(long word) {
        return (int) (word >>> Integer.SIZE);
    }

    /** ifindex:32 | slot:16 | hook:8 | direction:4 | link:4, see layout.h. */
    private static long word(Attachment attachment) {
        return (long) attachment.ifindex() << Integer.SIZE
                | (long) attachment.slot() << SLOT_SHIFT
                | (long) attachment.hook().number() << HOOK_SHIFT
                | (long) attachment.direction().number() << DIRECTION_SHIFT
                | attachment.link().number();
    }

    private static Attachment attachment(long word) {
        boolean ethernet = (word & 0xf) == LinkKind.ETHERNET.number();
        boolean egress = (word >>> DIRECTION_SHIFT & 0xf) == Direction.EGRESS.number();
        return new Attachment(
                Interfaces.nameOf(ifindex(word)).orElse(""),
                ifindex(word),
                egress ? Direction.EGRESS : Direction.INGRESS,
                ethernet ? LinkKind.ETHERNET : LinkKind.RAW_L3,
                Attachment.Hook.of((byte) (word >>> HOOK_SHIFT)),
                (int) (word >>> SLOT_SHIFT) & 0xffff);
    }
}
