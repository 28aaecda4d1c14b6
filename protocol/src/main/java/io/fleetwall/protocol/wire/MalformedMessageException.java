package io.fleetwall.protocol.wire;

/** Bytes that are no message: the reader's place and what was wrong there. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(int offset, String problem) {
        super("at byte " + offset + ": " + problem);
    }
}
