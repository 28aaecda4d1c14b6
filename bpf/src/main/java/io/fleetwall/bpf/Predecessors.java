package io.fleetwall.bpf;

import java.util.ArrayList;
import java.util.List;

/**
 * What agents with older layouts left in force beside ours, known by nothing but the path and the
 * kernel's own words: any layout can be retired.
 *
 * <p>An interface that a predecessor filters is taken over when our first policy is in force there:
 * our program is hooked in before the old one, which then goes. For a moment a packet passes both,
 * and each lets through only what its policy allows.
 */
final class Predecessors {
    private final List<PinDirectory> older = new ArrayList<>();

    /**
     * Looks below the root; what holds no interface is removed.
     *
     * @throws BpfException when a newer agent's layout is there
     */
    Predecessors(PinDirectory pins) {
        for (int version : pins.versions()) {
            if (version > pins.version()) {
                throw new BpfException(
                        0,
                        "open pin directory",
                        pins.sibling(version).path().toString(),
                        "a newer agent made it (this one makes v"
                                + pins.version()
                                + "): run that version, or uninstall with it before you go back");
            }
            if (version < pins.version()) {
                older.add(pins.sibling(version));
            }
        }
        removeEmpty();
    }

    /** Whether an older program judges what this attachment would judge. */
    boolean judges(Attachment at) {
        return older.stream()
                .anyMatch(pins ->
                        new Links(pins, Links.DIRECTORY).isAttached(at.ifindex(), at.direction()));
    }

    /** Takes the older programs from an interface, and what is left when it was the last. */
    void retire(int ifindex) {
        for (PinDirectory pins : older) {
            for (String directory : List.of(Links.DIRECTORY, Links.INBOUND_DIRECTORY)) {
                Links links = new Links(pins, directory);
                links.pinned().stream()
                        .filter(link -> link.ifindex() == ifindex)
                        .forEach(link -> links.remove(link.ifindex(), link.direction()));
            }
        }
        removeEmpty();
    }

    void removeAll() {
        older.forEach(PinDirectory::removeAll);
        older.clear();
    }

    private void removeEmpty() {
        for (PinDirectory pins : List.copyOf(older)) {
            boolean empty =
                    new Links(pins, Links.DIRECTORY)
                            .pinned().stream().noneMatch(Links.Pinned::alive);
            if (empty) {
                pins.removeAll();
                older.remove(pins);
            }
        }
    }
}
