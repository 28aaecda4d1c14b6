package io.fleetwall.node.bus;

import java.time.Duration;

/** Whether runners are shut because the gateway is lost. */
public sealed interface Lockdown {
    /** None was heard for this long. */
    record Begun(Duration silence) implements Lockdown {}

    /** This one is heard. */
    record Over(String gateway) implements Lockdown {}
}
