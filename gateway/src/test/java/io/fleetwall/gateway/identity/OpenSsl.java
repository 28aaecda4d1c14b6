package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.GatewayConfig.KeyPairFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Authorities as an operator makes them: with openssl, in a directory. */
public final class OpenSsl {
    private final Path directory;

    /** Keeps what it makes there. */
    public OpenSsl(Path directory) {
        this.directory = directory;
    }

    /** A root, as NAME.pem and NAME.key. */
    public OpenSsl root(String name, String constraints) {
        run(
                words("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650"),
                List.of("-keyout", name + ".key", "-out", name + ".pem", "-subj", "/CN=" + name),
                List.of("-addext", "basicConstraints=critical," + constraints),
                List.of("-addext", "keyUsage=critical,keyCertSign"));
        return this;
    }

    /** What a root has issued: with which key ({@code rsa:2048}, …) and extensions. */
    public OpenSsl issue(String name, String by, String newKey, String... extensions) {
        List<String> key = new ArrayList<>(List.of("-newkey", newKey));
        if (newKey.equals("ec")) {
            key.addAll(words("-pkeyopt ec_paramgen_curve:P-384"));
        }
        run(
                words("req -new -nodes"),
                key,
                List.of("-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name));
        write(name + ".ext", String.join("\n", extensions) + "\n");
        run(
                words("x509 -req -days 365 -CAcreateserial"),
                List.of("-in", name + ".csr", "-out", name + ".pem", "-extfile", name + ".ext"),
                List.of("-CA", by + ".pem", "-CAkey", by + ".key"));
        return this;
    }

    /** The files of an authority: the certificates of these names one after the other. */
    public KeyPairFiles authority(String key, String... chain) {
        StringBuilder text = new StringBuilder();
        for (String name : chain) {
            text.append(read(name + ".pem"));
        }
        String file = String.join("-", chain) + ".chain";
        write(file, text.toString());
        return new KeyPairFiles(directory.resolve(file), directory.resolve(key + ".key"));
    }

    /** What a client that trusts a root alone says of a chain. */
    public String verify(String root, String chain) {
        write("shown.pem", chain);
        return run(
                words("verify -purpose sslclient -CAfile"),
                List.of(root + ".pem", "-untrusted", "shown.pem", "shown.pem"));
    }

    /** The certificate of this name. */
    public String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Writes a file of its directory. */
    public void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }

    @SafeVarargs
    private String run(List<String>... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        for (List<String> some : arguments) {
            command.addAll(some);
        }
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + ": " + said);
            }
            return said;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
