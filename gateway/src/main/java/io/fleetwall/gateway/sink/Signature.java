package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The Standard Webhooks signature (version 1): HMAC-SHA256 over id, timestamp and body. */
final class Signature {
    private Signature() {}

    static String of(Secret secret, String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", broken);
        }
    }

    private static byte[] key(Secret secret) {
        String text = secret.reveal();
        return Base64.getDecoder()
                .decode(text.startsWith("whsec_") ? text.substring("whsec_".length()) : text);
    }
}
