package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TurnstileTest {
    private final List<String> entered = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    private final class Guest implements Turnstile.Guest {
        private final String address;
        private final String name;

        Guest(String address, String name) {
            this.address = address;
            this.name = name;
        }

        @Override
        public String address() {
            return address;
        }

        @Override
        public void enter() {
            entered.add(name);
        }

        @Override
        public void refuse() {
            refused.add(name);
        }
    }

    private Guest speaking(Turnstile turnstile, String address, String name) {
        Guest guest = new Guest(address, name);
        turnstile.came(guest);
        turnstile.spoke(guest);
        return guest;
    }

    @Test
    void soManyEnterAtATimeAndTheNextWhenOneLeaves() {
        Turnstile turnstile = new Turnstile(new Turnstile.Room(9, 9, 2));
        Guest a = speaking(turnstile, "x", "a");
        speaking(turnstile, "x", "b");
        Guest c = speaking(turnstile, "x", "c");
        speaking(turnstile, "x", "d");
        assertEquals(List.of("a", "b"), entered);
        turnstile.leave(a);
        turnstile.leave(a);
        assertEquals(List.of("a", "b", "c"), entered);
        turnstile.leave(c);
        assertEquals(List.of("a", "b", "c", "d"), entered);
        assertEquals(List.of(), refused);
    }

    @Test
    void addressesTakeTurnsSoThatAFloodFromOneHoldsNobodyUpForLong() {
        Turnstile turnstile = new Turnstile(new Turnstile.Room(9, 99, 1));
        List<Guest> flood = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            flood.add(speaking(turnstile, "flood", "f" + i));
        }
        speaking(turnstile, "node", "n");
        turnstile.leave(flood.get(0));
        turnstile.leave(flood.get(1));
        assertEquals(List.of("f0", "f1", "n"), entered);
    }

    @Test
    void whoGoesWhileWaitingIsPassedOver() {
        Turnstile turnstile = new Turnstile(new Turnstile.Room(9, 9, 1));
        Guest a = speaking(turnstile, "x", "a");
        Guest b = speaking(turnstile, "y", "b");
        speaking(turnstile, "z", "c");
        turnstile.leave(b);
        turnstile.leave(a);
        assertEquals(List.of("a", "c"), entered);
    }

    @Test
    void whoHasBeenSilentLongestMakesRoomForWhoCame() {
        Turnstile turnstile = new Turnstile(new Turnstile.Room(2, 9, 1));
        Guest eldest = new Guest("x", "eldest");
        turnstile.came(eldest);
        turnstile.came(new Guest("x", "middle"));
        speaking(turnstile, "x", "node");
        assertEquals(List.of("eldest"), refused);
        assertEquals(List.of("node"), entered);
    }

    @Test
    void aFullQueueIsThinnedWhereItIsLongest() {
        Turnstile turnstile = new Turnstile(new Turnstile.Room(9, 3, 1));
        Guest inside = speaking(turnstile, "flood", "inside");
        speaking(turnstile, "flood", "f1");
        speaking(turnstile, "flood", "f2");
        speaking(turnstile, "flood", "f3");
        speaking(turnstile, "flood", "f4");
        assertEquals(List.of("f4"), refused);
        speaking(turnstile, "node", "n");
        assertEquals(List.of("f4", "f3"), refused);
        turnstile.leave(inside);
        turnstile.leave(inside);
        assertEquals(List.of("inside", "f1"), entered);
    }

    @Test
    void anyNumberOfHandshakesThatFailAtOnceNeedsNoStack() {
        Turnstile turnstile = new Turnstile(new Turnstile.Room(9, 100_000, 1));
        Guest inside = speaking(turnstile, "x", "first");
        int[] failed = {0};
        for (int i = 0; i < 100_000; i++) {
            Turnstile.Guest hasty =
                    new Turnstile.Guest() {
                        @Override
                        public String address() {
                            return "x";
                        }

                        @Override
                        public void enter() {
                            failed[0]++;
                            turnstile.leave(this);
                        }

                        @Override
                        public void refuse() {
                            refused.add("hasty");
                        }
                    };
            turnstile.came(hasty);
            turnstile.spoke(hasty);
        }
        turnstile.leave(inside);
        assertEquals(100_000, failed[0]);
        assertEquals(List.of(), refused);
    }

    @Test
    void strangersNeverHaveMoreDescriptorsThanThereAreForThem() {
        assertEquals(new Turnstile.Room(4_096, 8_192, 64), Turnstile.Room.within(Long.MAX_VALUE));
        assertEquals(new Turnstile.Room(2_500, 5_000, 64), Turnstile.Room.within(7_500));
        assertEquals(new Turnstile.Room(64, 128, 64), Turnstile.Room.within(0));
    }
}
