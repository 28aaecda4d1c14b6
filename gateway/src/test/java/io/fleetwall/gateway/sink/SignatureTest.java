package io.fleetwall.gateway.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetwall.gateway.config.Secret;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SignatureTest {
    /** Expected value: {@code sign} of the npm library standardwebhooks 1.1.1. */
    @Test
    void theSignatureIsTheOneThatTheReferenceLibraryMakes() {
        Secret secret = new Secret("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        byte[] body =
                "{\"type\":\"flow.denied\",\"data\":{\"message\":\"ü\"}}"
                        .getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "v1,YWuBud+vC0JVLTX+RjEA1UZcrWqVd/UIB6DVFw08ggY=",
                Signature.of(secret, "019a9c3e-7c00-7abc-8def-0123456789ab", 1_795_341_600L, body));
    }
}
