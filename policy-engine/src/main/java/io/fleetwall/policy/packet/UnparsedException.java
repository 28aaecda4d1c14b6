package io.fleetwall.policy.packet;

/** Ends parsing from any depth; never leaves the package. */
final class UnparsedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Flaw flaw;

    UnparsedException(Flaw flaw) {
        super(flaw.name(), null, false, false);
        this.flaw = flaw;
    }

    Flaw flaw() {
        return flaw;
    }
}
