package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.store.AuditLog;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.signature.PolicySigner;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which key makes a policy the fleet's word, and how another takes its place: the present key says
 * that the next one counts too, the next one signs from then on, and later says that it counts
 * alone. Nodes follow these statements one by one, so nobody who lacks a key can add one.
 *
 * <p>The statements are in the store, where all gateways of a fleet find them; the private halves
 * are in the state directory and, for the other gateways, sealed in the store.
 */
public final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final Vault vault;
    private final Database database;
    private final Trail trail;
    private final FleetKey first;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Current current;

    /** Where private keys are; shared by the gateways of a cluster. */
    public record Vault(StateDirectory state, Optional<SharedState> shared) {}

    /** By which clock statements are dated, and where acts are written down. */
    public record Trail(InstantSource clock, AuditLog audit) {}

    /** What is in force, in this gateway. */
    private record Current(FleetKey active, List<KeyStatement> statements) {}

    /** What came of a change. */
    public sealed interface Outcome {
        /** It is in force. */
        record Changed(KeyStatement statement) implements Outcome {}

        /** Nothing has changed. */
        record Refused(String message, String hint) implements Outcome {}
    }

    private SigningKeys(Vault vault, Database database, Trail trail) {
        this.vault = vault;
        this.database = database;
        this.trail = trail;
        this.first = FleetKey.open(vault.state());
        this.current = new Current(first, List.of());
        refresh();
    }

    /** The keys of a fleet; the first one is made at its first start. Blocks. */
    public static SigningKeys open(Vault vault, Database database, Trail trail) {
        return new SigningKeys(vault, database, trail);
    }

    /** Calls back after each change, on the thread that noticed it. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** All statements there ever were, for nodes that have not heard them. */
    public List<KeyStatement> statements() {
        return current.statements();
    }

    /** Whose signatures count, as base64 of DER; the last one signs. */
    public Enrolment.Word word() {
        List<KeyStatement> known = current.statements();
        return new Enrolment.Word(
                trusted(known).stream().map(Base64.getEncoder()::encodeToString).toList(),
                known.size());
    }

    private List<byte[]> trusted(List<KeyStatement> statements) {
        return statements.isEmpty() ? List.of(first.encoded()) : statements.getLast().keys();
    }

    /** Signs policies, with the key that counts now at whichever gateway. Blocks. */
    public PolicySigner signer() {
        refresh();
        return current.active().signer();
    }

    /** Makes the next key, has the present one say that both count, and signs with the next. */
    public Outcome rotate(String by) {
        FleetKey next = FleetKey.create(vault.state());
        return change(
                by,
                "signing-key.rotate",
                (transaction, known) -> {
                    if (trusted(known).size() > 1) {
                        return new Outcome.Refused(
                                "the key before the present one still counts",
                                "retire it first: fleetwall signing-key retire");
                    }
                    vault.shared().ifPresent(shared -> shared.keep(transaction, next.file()));
                    return new Outcome.Changed(
                            current.active()
                                    .signer()
                                    .sign(
                                            known.size() + 1,
                                            Stream.concat(
                                                            trusted(known).stream(),
                                                            Stream.of(next.encoded()))
                                                    .toList()));
                });
    }

    /** Has the present key say that it counts alone. */
    public Outcome retire(String by) {
        return change(
                by,
                "signing-key.retire",
                (transaction, known) ->
                        trusted(known).size() < 2
                                ? new Outcome.Refused(
                                        "there is no key but the one that signs",
                                        "make the next one first: fleetwall signing-key rotate")
                                : new Outcome.Changed(
                                        current.active()
                                                .signer()
                                                .sign(
                                                        known.size() + 1,
                                                        List.of(trusted(known).getLast()))));
    }

    private Outcome change(
            String by, String act, BiFunction<Transaction, List<KeyStatement>, Outcome> work) {
        refresh();
        Outcome outcome =
                database.write(transaction -> {
                    List<KeyStatement> known = statements(transaction);
                    if (known.size() != current.statements().size()) {
                        return new Outcome.Refused(
                                "another gateway changes the keys at this moment", "try again");
                    }
                    Outcome wanted = work.apply(transaction, known);
                    if (wanted instanceof Outcome.Changed(var statement)) {
                        write(transaction, statement, by);
                        audit(transaction, statement, new Act(by, act));
                    }
                    return wanted;
                });
        refresh();
        return outcome;
    }

    private record Act(String by, String name) {}

    private void audit(Transaction transaction, KeyStatement statement, Act act) {
        String keys =
                statement.keys().stream()
                        .map(PolicyVerifier::keyId)
                        .collect(Collectors.joining(", "));
        trail.audit()
                .record(
                        transaction,
                        new AuditLog.Act(
                                act.by(),
                                act.name(),
                                "statement " + statement.number(),
                                new JsonObject().put("keys", keys)));
    }

    private void write(Transaction transaction, KeyStatement statement, String by) {
        Base64.Encoder base64 = Base64.getEncoder();
        transaction.update(
                "INSERT INTO signing_statement"
                        + " (number, key_list, key_id, signature, made_at, made_by)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                statement.number(),
                statement.keys().stream()
                        .map(base64::encodeToString)
                        .collect(Collectors.joining(" ")),
                statement.keyId(),
                base64.encodeToString(statement.signature()),
                trail.clock().millis(),
                by);
    }

    private static List<KeyStatement> statements(Transaction transaction) {
        Base64.Decoder base64 = Base64.getDecoder();
        return transaction.list(
                "SELECT number, key_list, key_id, signature FROM signing_statement"
                        + " ORDER BY number",
                row ->
                        new KeyStatement(
                                row.number("number"),
                                Stream.of(row.text("key_list").split(" ", -1))
                                        .map(base64::decode)
                                        .toList(),
                                row.text("key_id"),
                                base64.decode(row.text("signature"))));
    }

    /** Looks what other gateways have said. Blocks. */
    private void refresh() {
        List<KeyStatement> known = database.read(SigningKeys::statements);
        if (follow(known)) {
            listeners.forEach(Runnable::run);
        }
    }

    private synchronized boolean follow(List<KeyStatement> known) {
        if (known.size() <= current.statements().size()) {
            return false;
        }
        String active = PolicyVerifier.keyId(known.getLast().keys().getLast());
        if (!vault.state().has(FleetKey.file(active))) {
            vault.shared()
                    .ifPresent(shared ->
                            database.read(transaction -> {
                                shared.fetch(transaction, FleetKey.file(active));
                                return active;
                            }));
        }
        current = new Current(FleetKey.open(vault.state(), active), known);
        LOG.atInfo()
                .addKeyValue("statement", known.getLast().number())
                .addKeyValue("key", active)
                .log("policies are signed by this key");
        return true;
    }
}
