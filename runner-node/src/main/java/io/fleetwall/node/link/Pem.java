package io.fleetwall.node.link;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Textual encodings of keys, certificates and requests (RFC 7468). */
final class Pem {
    private static final byte[] NEWLINE = {'\n'};

    private Pem() {}

    static String of(String label, byte[] der) {
        String body =
                new String(
                        Base64.getMimeEncoder(64, NEWLINE).encode(der), StandardCharsets.US_ASCII);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
