package io.fleetwall.laboratory.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/** By what a node knows its gateway before it has ever spoken with it. */
public final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 of the certificate in a PEM file, in hexadecimal digits. */
    public static String of(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            byte[] certificate =
                    CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate in " + pem, e);
        }
    }
}
