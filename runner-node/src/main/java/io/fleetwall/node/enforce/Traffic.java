package io.fleetwall.node.enforce;

import io.fleetwall.node.config.NodeConfig.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How many packets an interface has seen, judged or not: the kernel's own count. */
final class Traffic {
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private Traffic() {}

    /** Packets that a program at this side should have judged; empty when nobody knows. */
    static OptionalLong packets(String interfaceName, Direction direction) {
        String counter =
                switch (direction) {
                    case INGRESS -> "rx_packets";
                    case EGRESS -> "tx_packets";
                };
        try {
            Path file = INTERFACES.resolve(interfaceName).resolve("statistics").resolve(counter);
            return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty(); // gone, or a sysfs of another network namespace
        }
    }
}
