package io.fleetwall.load.events;

/** How a receiver treats requests. */
enum Mood {
    /** Takes them. */
    WELL,
    /** 500, and has forgotten them. */
    FAILING,
    /** 429 with Retry-After, and has forgotten them. */
    BUSY,
    /** Takes them, and says so seconds later. */
    SLOW,
    /** Takes them, and closes the connection without a word. */
    DROPPING
}
