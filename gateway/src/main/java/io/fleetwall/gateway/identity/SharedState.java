package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.Secret;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * What all gateways of a fleet must have alike (its authority, its signing key, their own network's
 * certificate, the first token), kept in the shared store and encrypted with the cluster's secret.
 *
 * <p>The first gateway makes them and the others find them there, so a new gateway needs nothing
 * but settings; whoever reads only the database, or a backup of it, cannot speak for the fleet.
 */
public final class SharedState {
    private static final int TAG_BITS = 128;
    private static final int NONCE_BYTES = 12;
    private static final byte[] PURPOSE =
            "fleetwall sealed state 1".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();
    private final StateDirectory state;
    private final SecretKey key;

    /** The common state of gateways that know a secret. */
    public SharedState(StateDirectory state, Secret secret) {
        this.state = state;
        try {
            byte[] input = secret.reveal().getBytes(StandardCharsets.UTF_8);
            this.key =
                    KDF.getInstance("HKDF-SHA256")
                            .deriveKey(
                                    "AES",
                                    HKDFParameterSpec.ofExtract()
                                            .addIKM(input)
                                            .thenExpand(PURPOSE, 32));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java 25 has HKDF", missing);
        }
    }

    /**
     * Makes this directory and the store equal. What only one of them has goes to the other; where
     * they differ this gateway belongs to another fleet, and nothing is changed.
     *
     * @param make creates in the directory whatever is still missing
     */
    public void join(Database database, List<String> files, Runnable make) {
        Map<String, String> known = database.read(transaction -> sealed(transaction, files));
        if (known.keySet().containsAll(files)) {
            // Nobody has to wait for this gateway: it may start on a machine that is very busy.
            known.forEach(this::take);
            return;
        }
        database.write(transaction -> {
            sealed(transaction, files).forEach(this::take);
            make.run();
            files.forEach(name -> keep(transaction, name));
            return files.size();
        });
    }

    private static Map<String, String> sealed(Transaction transaction, List<String> files) {
        Map<String, String> sealed = new LinkedHashMap<>();
        files.forEach(
                name -> find(transaction, name).ifPresent(content -> sealed.put(name, content)));
        return sealed;
    }

    /** Gets a file that another gateway has kept; nothing where none has. */
    void fetch(Transaction transaction, String name) {
        find(transaction, name).ifPresent(sealed -> take(name, sealed));
    }

    private void take(String name, String sealed) {
        String content = open(name, sealed);
        Optional<String> mine = state.read(name);
        if (mine.isEmpty()) {
            state.write(name, content);
        } else if (!mine.get().equals(content)) {
            throw new IllegalStateException(
                    state.file(name)
                            + " is not what the other gateways of this store have; this gateway"
                            + " was another fleet's: start it with an empty state directory");
        }
    }

    /** Keeps a file of this directory for the other gateways. */
    void keep(Transaction transaction, String name) {
        Optional<String> mine = state.read(name);
        if (mine.isPresent() && find(transaction, name).isEmpty()) {
            transaction.update(
                    "INSERT INTO sealed_file (name, content) VALUES (?, ?)",
                    name,
                    seal(name, mine.get()));
        }
    }

    private static Optional<String> find(Transaction transaction, String name) {
        return transaction.first(
                "SELECT content FROM sealed_file WHERE name = ?", row -> row.text("content"), name);
    }

    private String seal(String name, String content) {
        try {
            byte[] nonce = new byte[NONCE_BYTES];
            RANDOM.nextBytes(nonce);
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, name, nonce)
                            .doFinal(content.getBytes(StandardCharsets.UTF_8));
            Base64.Encoder base64 = Base64.getEncoder();
            return base64.encodeToString(nonce) + "." + base64.encodeToString(sealed);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException("cannot seal " + name, failed);
        }
    }

    private String open(String name, String sealed) {
        try {
            int dot = sealed.indexOf('.');
            Base64.Decoder base64 = Base64.getDecoder();
            byte[] nonce = base64.decode(sealed.substring(0, dot));
            byte[] content = base64.decode(sealed.substring(dot + 1));
            return new String(
                    cipher(Cipher.DECRYPT_MODE, name, nonce).doFinal(content),
                    StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | RuntimeException failed) {
            throw new IllegalStateException(
                    "the shared store's "
                            + name
                            + " does not open with cluster.secret: it must be the same for all"
                            + " gateways of a store",
                    failed);
        }
    }

    /** The name is authenticated, so that nobody exchanges one sealed file for another. */
    private Cipher cipher(int mode, String name, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
