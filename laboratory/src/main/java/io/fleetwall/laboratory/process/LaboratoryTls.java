package io.fleetwall.laboratory.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The laboratory's TLS: one self-signed certificate for all its names, made anew each time by the
 * JDK's own keytool, trusted by its jobs and by nobody else.
 */
public final class LaboratoryTls {
    /** Guards nothing: the key lives for one run, in a directory of its own. */
    private static final String PASSWORD = "laboratory";

    private LaboratoryTls() {}

    /** Makes a key store with a certificate for names and addresses. */
    public static void create(Path file, List<String> names, List<String> addresses) {
        String alternatives =
                Stream.concat(
                                names.stream().map(name -> "dns:" + name),
                                addresses.stream().map(address -> "ip:" + address))
                        .collect(Collectors.joining(","));
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Command.run(
                List.of(
                        keytool,
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        "laboratory",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=laboratory",
                        "-ext",
                        "san=" + alternatives,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString()));
    }

    /** A context that shows and trusts the certificate. */
    public static SSLContext context(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the laboratory's key store " + file, e);
        }
    }
}
