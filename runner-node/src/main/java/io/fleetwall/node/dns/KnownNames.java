package io.fleetwall.node.dns;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Which names a runner was given each address for: all that a reverse query is answered from.
 *
 * <p>Reverse zones are never asked upstream: their labels are as good a tunnel as any (threat D4),
 * and whoever owns an address names it as he likes (D11). Shared by the workers; each call is
 * short.
 */
final class KnownNames {
    /** 4,096 addresses with up to four names are at most about 5 MiB, typically 1. */
    private static final int MAX_ADDRESSES = 4096;

    private static final int MAX_NAMES = 4;
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanoClock;
    private final Map<Address, Known> known =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Address, Known> eldest) {
                    return size() > MAX_ADDRESSES;
                }
            };

    KnownNames(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    synchronized void learned(byte[] name, List<byte[]> addresses, int ttlSeconds) {
        long expiry = nanoClock.getAsLong() + ttlSeconds * SECOND;
        for (byte[] address : addresses) {
            known.computeIfAbsent(Address.of(address), _ -> new Known()).add(name, expiry);
        }
    }

    /** The names of an address that are still good, the newest last; empty when there are none. */
    synchronized List<byte[]> of(byte[] address) {
        Known names = known.get(Address.of(address));
        return names == null || nanoClock.getAsLong() - names.expiry >= 0
                ? List.of()
                : List.copyOf(names.names);
    }

    private record Address(long high, long low) {
        static Address of(byte[] bytes) {
            ByteBuffer words = ByteBuffer.wrap(bytes);
            return new Address(words.getLong(), words.getLong());
        }
    }

    private static final class Known {
        private final List<byte[]> names = new ArrayList<>(1);
        private long expiry;

        void add(byte[] name, long expires) {
            boolean first = names.isEmpty();
            int place = names.size() - 1;
            while (place >= 0 && !Arrays.equals(names.get(place), name)) {
                place--;
            }
            if (place >= 0 || names.size() == MAX_NAMES) {
                names.remove(Math.max(0, place));
            }
            names.add(name);
            expiry = first || expires - expiry > 0 ? expires : expiry;
        }
    }
}
