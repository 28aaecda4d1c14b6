package io.fleetwall.bpf;

/**
 * One thing the data plane needs of this machine.
 *
 * @param key its stable name, for programs
 * @param name what it is
 * @param presence whether it is there
 * @param consequence what does not work without it
 * @param remedy what to do, for somebody who reads it on a terminal
 */
public record Feature(
        String key, String name, Presence presence, String consequence, String remedy) {
    /** Whether it is there. */
    public enum Presence {
        PRESENT,
        MISSING,
        /** Only root can find out. */
        UNKNOWN
    }

    /** Whether it is surely there. */
    public boolean present() {
        return presence == Presence.PRESENT;
    }

    @Override
    public String toString() {
        return present()
                ? name + ": present"
                : name + ": " + presence + ": " + consequence + "; " + remedy;
    }
}
