package io.fleetwall.gateway.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class FleetTest {
    private final Fleet fleet = new Fleet(InstantSource.system(), new Rollouts(System::nanoTime));

    @Test
    void what_a_store_did_not_take_is_offered_again() {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        var runner = new RunnerReport("a", "veth0", scope, 0, Digest.NONE);
        fleet.hello(new Hello(1, "n", UUID.randomUUID(), "0.9", "6.18", List.of(runner)));
        assertThrows(
                IllegalStateException.class,
                () ->
                        fleet.save(views -> {
                            throw new IllegalStateException("away");
                        }));
        List<RunnerView> saved = new ArrayList<>();
        fleet.save(saved::addAll);
        fleet.save(saved::addAll);
        assertEquals(
                List.of(new RunnerKey("n", "a")), saved.stream().map(RunnerView::key).toList());
    }

    @Test
    void states_are_offered_side_by_side_as_they_lie_in_the_store() {
        Scope scope = new Scope(new TreeSet<>(List.of("linux")), Optional.empty());
        var runner = new RunnerReport("a", "veth0", scope, 0, Digest.NONE);
        for (int i = 0; i < 20; i++) {
            fleet.hello(new Hello(1, "n" + i, UUID.randomUUID(), "0.9", "6.18", List.of(runner)));
        }
        List<RunnerKey> saved = new ArrayList<>();
        fleet.save(views -> views.forEach(view -> saved.add(view.key())));
        assertEquals(20, saved.size());
        assertEquals(saved.stream().sorted().toList(), saved);
    }
}
