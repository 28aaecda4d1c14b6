package io.fleetwall.laboratory;

/** Main. */
public final class Laboratory {
    private Laboratory() {}

    /** Main. */
    public static void main(String[] arguments) {}
}
