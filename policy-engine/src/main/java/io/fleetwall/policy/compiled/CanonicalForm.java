package io.fleetwall.policy.compiled;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A compiled policy as bytes: what a gateway signs, a node stores and both digest. Every policy has
 * exactly one form, and only that form is read back.
 */
public final class CanonicalForm {
    /** What the bytes start with: a name and the form's version. */
    static final int MAGIC = 0x46574301; // "FWC" 1

    /** A form that states types of queries; all others have the form that older nodes read. */
    static final int MAGIC_QUERY_TYPES = 0x46574302; // "FWC" 2

    /** What reader and compiler accept: a million networks, or all rules with long reasons. */
    public static final int MAX_BYTES = 96 << 20;

    private CanonicalForm() {}

    /** The form of a policy. */
    public static byte[] bytes(CompiledPolicy policy) {
        return new FormWriter().write(policy);
    }

    /**
     * The policy of a form.
     *
     * @throws MalformedPolicyException if these are not the canonical bytes of a policy within the
     *     compiler's limits
     */
    public static CompiledPolicy read(byte[] form) throws MalformedPolicyException {
        return read(form, FormReader.NOTHING);
    }

    /**
     * The policy of a form. What stands in another policy too is that one's object: of the ten
     * thousand hosts of a policy hardly one changes, and the two live side by side for a while.
     *
     * @throws MalformedPolicyException as {@link #read(byte[])}
     */
    public static CompiledPolicy read(byte[] form, CompiledPolicy like)
            throws MalformedPolicyException {
        return new FormReader(form, like).read();
    }

    /** SHA-256 of a form. */
    public static byte[] digest(byte[] form) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(form);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
