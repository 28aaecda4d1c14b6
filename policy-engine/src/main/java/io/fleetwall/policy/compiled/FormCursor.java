package io.fleetwall.policy.compiled;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The one way to read a canonical form: every step is bounded by what is left. */
final class FormCursor {
    private final ByteBuffer rest;

    FormCursor(byte[] form) throws MalformedPolicyException {
        rest = ByteBuffer.wrap(form);
        expect(form.length <= CanonicalForm.MAX_BYTES, "length");
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
        byte[] bytes = octets(count(rest.remaining()));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("text");
        }
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
