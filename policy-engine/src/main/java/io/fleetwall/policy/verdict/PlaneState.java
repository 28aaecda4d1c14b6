package io.fleetwall.policy.verdict;

import io.fleetwall.policy.document.Network;
import io.fleetwall.policy.packet.Address;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything a verdict depends on besides the frame: one interface's view of the kernel's tables.
 * Immutable, so that a test can compare the state before and after.
 *
 * @param slot empty where no table set is in force (yet)
 * @param self the interface's own addresses
 * @param sources networks that may send over the interface; empty where nobody has said
 * @param learned by canonical address
 * @param fragments datagrams whose first fragment passed, with the stamp it passed under
 * @param uplink empty for the host side of a container's link, which answers nobody
 * @param now any clock
 */
public record PlaneState(
        Optional<Slot> slot,
        Set<Address> self,
        Optional<Set<Network>> sources,
        Map<Address, Learned> learned,
        Map<Flow, Remembered> flows,
        Map<FragmentKey, Long> fragments,
        Optional<Uplink> uplink,
        long now) {
    /** No table set, no memory. */
    public static final PlaneState EMPTY =
            new PlaneState(
                    Optional.empty(),
                    Set.of(),
                    Optional.empty(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Optional.empty(),
                    0);

    public PlaneState {
        self = Set.copyOf(self);
        sources = sources.map(Set::copyOf);
        learned = Map.copyOf(learned);
        flows = Map.copyOf(flows);
        fragments = Map.copyOf(fragments);
    }

    public PlaneState withSlot(Slot next) {
        return new PlaneState(
                Optional.of(next), self, sources, learned, flows, fragments, uplink, now);
    }

    public PlaneState withSelf(Address... addresses) {
        return new PlaneState(
                slot, Set.of(addresses), sources, learned, flows, fragments, uplink, now);
    }

    public PlaneState withSources(Network... networks) {
        return new PlaneState(
                slot, self, Optional.of(Set.of(networks)), learned, flows, fragments, uplink, now);
    }

    public PlaneState withNow(long next) {
        return new PlaneState(slot, self, sources, learned, flows, fragments, uplink, next);
    }

    public PlaneState withLearned(Address address, Learned entry) {
        return new PlaneState(
                slot, self, sources, and(learned, address, entry), flows, fragments, uplink, now);
    }

    public PlaneState withFlow(Flow flow, Remembered verdict) {
        return new PlaneState(
                slot, self, sources, learned, and(flows, flow, verdict), fragments, uplink, now);
    }

    public PlaneState withFragment(FragmentKey datagram, long stamp) {
        return new PlaneState(
                slot, self, sources, learned, flows, and(fragments, datagram, stamp), uplink, now);
    }

    public PlaneState withUplink(Uplink next) {
        return new PlaneState(
                slot, self, sources, learned, flows, fragments, Optional.of(next), now);
    }

    private static <K, V> Map<K, V> and(Map<K, V> map, K key, V value) {
        Map<K, V> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }
}
