package io.fleetwall.protocol.wire;

/** Bytes that are no message: a stable code, the reader's place and what was wrong there. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The bytes do not follow the form of their message. */
    static final String FORM = "FW-L001";

    /** A protocol version which is not spoken here. */
    static final String VERSION = "FW-L002";

    /** More bytes than a frame may have. */
    static final String SIZE = "FW-L003";

    private final String code;

    public MalformedMessageException(int offset, String problem) {
        this(FORM, offset, problem);
    }

    MalformedMessageException(String code, int offset, String problem) {
        super("at byte " + offset + ": " + problem);
        this.code = code;
    }

    /** What kind of mistake it is, for programs: {@code FW-L} and a number that is never reused. */
    public String code() {
        return code;
    }
}
