package io.fleetwall.gateway.fleet;

import java.util.HashSet;
import java.util.Set;

/**
 * Who may begin a TLS handshake now: so many at a time, the others by turns of their addresses.
 * Lives on one event loop.
 *
 * <p>When a fleet comes at once and all handshakes are under way together, all of them end late,
 * and each whose node gives up meanwhile was for nothing. One after the other costs as much and
 * loses none. Turns by address keep a flood from one place from holding up the others.
 */
final class Turnstile {
    private final Room room;
    private final Lines silent = new Lines();
    private final Lines waiting = new Lines();
    private final Set<Guest> inside = new HashSet<>();
    private boolean admitting;

    /**
     * How many there is room for.
     *
     * @param silent connections that have not said anything yet
     * @param waiting those that have
     * @param inside handshakes under way
     */
    record Room(int silent, int waiting, int inside) {
        /**
         * At most {@code most} connections in all. A connection before its handshake has about 25
         * KB, mostly BoringSSL's: 300 MB for two loops in the worst case. A handshake costs a core
         * 1 to 2 ms, so 64 keep it busy where a round trip takes 100 ms.
         */
        static Room within(long most) {
            long third = most / 3;
            return new Room(Math.clamp(third, 64, 4_096), Math.clamp(2 * third, 128, 8_192), 64);
        }
    }

    /** A connection. */
    interface Guest {
        /** Where it comes from, without its port. */
        String address();

        /** It is its turn. */
        void enter();

        /** There is no room. */
        void refuse();
    }

    Turnstile(Room room) {
        this.room = room;
    }

    /** Connected. Who has been silent longest where most are makes room. */
    void came(Guest guest) {
        if (silent.size() >= room.silent()) {
            Guest eldest = silent.longest().getFirst();
            silent.remove(eldest);
            eldest.refuse();
        }
        silent.add(guest);
    }

    /** Has begun to speak, and waits for its turn. The last where most wait makes room. */
    void spoke(Guest guest) {
        silent.remove(guest);
        waiting.add(guest);
        if (waiting.size() > room.waiting()) {
            Guest last = waiting.longest().getLast();
            waiting.remove(last);
            last.refuse();
        }
        admit();
    }

    /** Has done its handshake, or had its time for it, or is gone. */
    void leave(Guest guest) {
        silent.remove(guest);
        waiting.remove(guest);
        if (inside.remove(guest)) {
            admit();
        }
    }

    /**
     * A handshake that fails at once ends within {@code enter}: the loop, not the stack, goes on.
     */
    private void admit() {
        if (admitting) {
            return;
        }
        admitting = true;
        try {
            while (inside.size() < room.inside() && waiting.size() > 0) {
                waiting.next()
                        .ifPresent(next -> {
                            inside.add(next);
                            next.enter();
                        });
            }
        } finally {
            admitting = false;
        }
    }
}
