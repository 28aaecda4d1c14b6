package io.fleetwall.node.dns;

import io.fleetwall.node.dns.listen.Transport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the proxy takes from the machine.
 *
 * @param nanoClock monotonic
 * @param random one generator per worker; unpredictable outside of tests
 */
record DnsEnvironment(
        Transport transport, LongSupplier nanoClock, Supplier<RandomGenerator> random) {
    static DnsEnvironment machine() {
        return new DnsEnvironment(Transport.best(), System::nanoTime, SecureBits::new);
    }
}
