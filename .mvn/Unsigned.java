import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Copies signed jars without their signatures, once it has looked that they are whole: {@code java Unsigned.java TO JAR=SHA-256…}.
 *
 * <p>Whole means two things: the file is the one that was known when its SHA-256 was written down, and every class in it has the
 * signature of the same signer. The JDK's cache of classes leaves out what is signed, and the first class of such a jar costs
 * reading and checking all its digests: 1.6 MB of them.
 */
final class Unsigned {
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/([^/]*\\.(SF|DSA|RSA|EC)|MANIFEST\\.MF)");

    private Unsigned() {}

    public static void main(String... arguments) throws Exception {
        Path to = Files.createDirectories(Path.of(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            int sign = arguments[i].lastIndexOf('=');
            Path jar = Path.of(arguments[i].substring(0, sign));
            Path copy = to.resolve(jar.getFileName());
            if (Files.exists(copy) && Files.getLastModifiedTime(copy).compareTo(Files.getLastModifiedTime(jar)) > 0) {
                continue;
            }
            known(jar, arguments[i].substring(sign + 1));
            Path half = to.resolve(jar.getFileName() + ".half");
            copy(jar, half);
            Files.move(half, copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void known(Path jar, String expected) throws Exception {
        String found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
        if (!found.equals(expected)) {
            throw new SecurityException(jar + " has the SHA-256 " + found + ", not " + expected);
        }
    }

    private static void copy(Path jar, Path half) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
        try (JarFile in = new JarFile(jar.toFile(), true);
                OutputStream file = Files.newOutputStream(half);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (JarEntry entry : Collections.list(in.entries())) {
                if (entry.isDirectory() || SIGNATURE.matcher(entry.getName()).matches()) {
                    continue;
                }
                byte[] bytes = signed(in, entry);
                JarEntry same = new JarEntry(entry.getName());
                same.setTime(entry.getTime());
                out.putNextEntry(same);
                out.write(bytes);
            }
        }
    }

    /** Reading to the end is what checks the signature. */
    private static byte[] signed(JarFile jar, JarEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = jar.getInputStream(entry)) {
            in.transferTo(bytes);
        }
        if (entry.getCodeSigners() == null) {
            throw new SecurityException(jar.getName() + ": " + entry.getName() + " is not signed");
        }
        return bytes.toByteArray();
    }
}
