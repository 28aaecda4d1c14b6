package io.fleetwall.gateway;

import io.fleetwall.gateway.catalogue.RevisionCheck;
import io.fleetwall.gateway.config.ConfigFile;
import io.fleetwall.gateway.config.ConfigReading;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.event.EventCheck;
import io.fleetwall.gateway.store.Backup;
import io.fleetwall.gateway.store.Database;
import io.fleetwall.gateway.store.StoreException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code gateway store}: copies a store, puts a copy back, and checks it. */
final class StoreCommand {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String HELP =
            """
            Usage: gateway store backup  --config FILE TO
                   gateway store restore --config FILE FROM [--force]
                   gateway store verify  --config FILE

              backup    writes the whole store into a file, while gateways work on it
              restore   puts such a file into a store, embedded or PostgreSQL; stop its gateways first.
                        A store that is not empty is refused without --force
              verify    follows the chains of the audit trail and of the events, and compares each
                        revision with its digest

            With an embedded store the fleet's keys are beside it: copy the state directory's *.key,
            *.pem and admin.token too. In a shared store they are sealed with cluster.secret.
            """;

    private final GatewayConfig config;
    private final PrintStream out;

    private StoreCommand(GatewayConfig config, PrintStream out) {
        this.config = config;
        this.out = out;
    }

    /** Runs what is asked for; returns the exit status. */
    static int run(List<String> arguments, Map<String, String> variables, PrintStream out) {
        List<String> words = new ArrayList<>(arguments);
        boolean force = words.remove("--force");
        int at = words.indexOf("--config");
        if (at < 0 || at + 1 >= words.size()) {
            out.print(HELP);
            return USAGE;
        }
        words.remove(at);
        Path settings = Path.of(words.remove(at));
        return switch (ConfigFile.read(settings, variables)) {
            case ConfigReading.Refused(var problems) -> {
                problems.forEach(problem -> out.println(settings + ": " + problem));
                yield USAGE;
            }
            case ConfigReading.Read(var config) ->
                    new StoreCommand(config, out)
                            .run(words, force ? Backup.Present.REPLACED : Backup.Present.KEPT);
        };
    }

    private int run(List<String> words, Backup.Present present) {
        String verb = words.isEmpty() ? "" : words.getFirst();
        boolean complete = words.size() == (verb.equals("verify") ? 1 : 2);
        if (!complete || !List.of("backup", "restore", "verify").contains(verb)) {
            out.print(HELP);
            return USAGE;
        }
        Path embedded = config.state().resolve("fleetwall.db");
        try (Database database = Database.open(config.store(), embedded)) {
            return switch (verb) {
                case "backup" -> backup(database, Path.of(words.getLast()));
                case "restore" ->
                        restored(Backup.restore(Path.of(words.getLast()), database, present));
                default -> verify(database);
            };
        } catch (StoreException | UncheckedIOException failed) {
            out.println("store " + verb + ": " + failed.getMessage());
            return FAILED;
        }
    }

    private int backup(Database database, Path file) {
        out.println(Backup.write(database, file) + " rows written to " + file);
        return 0;
    }

    private int restored(Backup.Outcome outcome) {
        return switch (outcome) {
            case Backup.Outcome.Restored(long rows) -> {
                out.println(rows + " rows restored");
                yield 0;
            }
            case Backup.Outcome.Refused(String problem, String hint) -> {
                out.println(problem + " (" + hint + ")");
                yield FAILED;
            }
        };
    }

    private int verify(Database database) {
        List<String> flaws = new ArrayList<>(database.read(RevisionCheck::flaws));
        EventCheck.Place place = EventCheck.Place.BEGIN;
        boolean complete = false;
        while (!complete) {
            EventCheck.Place from = place;
            var found = database.read(transaction -> EventCheck.go(transaction, from));
            flaws.addAll(found.flaws());
            found.notes().forEach(out::println);
            place = found.place();
            complete = found.complete();
        }
        flaws.forEach(out::println);
        if (flaws.isEmpty()) {
            out.println("revisions, audit trail and events are as they were written");
        }
        return flaws.isEmpty() ? 0 : FAILED;
    }
}
