package io.fleetwall.policy.compiled;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The one way to read a canonical form: every step is bounded by what is left. */
final class FormCursor {
    private final ByteBuffer rest;

    FormCursor(byte[] form) throws MalformedPolicyException {
        this(form, 0);
        expect(form.length <= CanonicalForm.MAX_BYTES, "length");
    }

    FormCursor(byte[] form, int at) {
        rest = ByteBuffer.wrap(form).position(at);
    }

    int position() {
        return rest.position();
    }

    /** Passes over a text, which must be one. */
    void skipText() throws MalformedPolicyException {
        int length = count(rest.remaining());
        require(length);
        int at = rest.position();
        if (isAscii(at, length)) {
            rest.position(at + length);
        } else {
            rest.position(at - Integer.BYTES);
            text();
        }
    }

    int octet() throws MalformedPolicyException {
        require(1);
        return rest.get() & 0xff;
    }

    int number() throws MalformedPolicyException {
        require(4);
        return rest.getInt();
    }

    byte[] octets(int count) throws MalformedPolicyException {
        require(count);
        byte[] bytes = new byte[count];
        rest.get(bytes);
        return bytes;
    }

    /** The size of a list; nothing is allocated for it before its elements are seen. */
    int count(int limit) throws MalformedPolicyException {
        int count = number();
        expect(count >= 0 && count <= limit, "length of a list");
        return count;
    }

    String text() throws MalformedPolicyException {
        int length = count(rest.remaining());
        require(length);
        int at = rest.position();
        rest.position(at + length);
        if (isAscii(at, length)) {
            return new String(rest.array(), at, length, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(rest.slice(at, length)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("text");
        }
    }

    /** A text that is often what it was the last time: then it is the same object. */
    String text(String last) throws MalformedPolicyException {
        int start = rest.position();
        int length = count(rest.remaining());
        if (length == last.length() && length <= rest.remaining() && stands(last)) {
            rest.position(rest.position() + length);
            return last;
        }
        rest.position(start);
        return text();
    }

    private boolean stands(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            char wanted = ascii.charAt(i);
            if (wanted >= 0x80 || rest.get(rest.position() + i) != wanted) {
                return false;
            }
        }
        return true;
    }

    private boolean isAscii(int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (rest.get(i) < 0) {
                return false;
            }
        }
        return true;
    }

    <E> E constant(E[] values) throws MalformedPolicyException {
        int number = octet();
        expect(number < values.length, "constant");
        return values[number];
    }

    void expectEnd() throws MalformedPolicyException {
        expect(!rest.hasRemaining(), "bytes after the end");
    }

    void expect(boolean condition, String what) throws MalformedPolicyException {
        if (!condition) {
            throw malformed(what);
        }
    }

    private void require(int count) throws MalformedPolicyException {
        if (count > rest.remaining()) {
            throw malformed("ends too early");
        }
    }

    private MalformedPolicyException malformed(String what) {
        return new MalformedPolicyException(
                "canonical policy, byte " + rest.position() + ": " + what);
    }
}
