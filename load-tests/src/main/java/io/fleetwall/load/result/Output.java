package io.fleetwall.load.result;

/** How a result is written. */
public enum Output {
    TEXT,
    JSON
}
