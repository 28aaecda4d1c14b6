package io.fleetwall.gateway.fleet;

import io.fleetwall.gateway.store.Row;
import io.fleetwall.gateway.store.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the gateways know together of the rollout that is told: its stage, and each one's share. */
final class RolloutTable {
    private RolloutTable() {}

    /** Which rollout is told, and how far. */
    record Head(long revision, Stage stage) {}

    enum Stage {
        UNDER_WAY,
        STALLED,
        DONE
    }

    /** A store from a backup of before this was told begins with what is published from now on. */
    static void begin(Transaction transaction) {
        transaction.update(
                "INSERT INTO rollout_head (id, revision, stage) VALUES (1, 0, 'done')"
                        + " ON CONFLICT (id) DO NOTHING");
    }

    static Head head(Transaction transaction) {
        return transaction
                .first(
                        "SELECT revision, stage FROM rollout_head WHERE id = 1",
                        row ->
                                new Head(
                                        row.number("revision"),
                                        Stage.valueOf(row.text("stage").toUpperCase(Locale.ROOT))))
                .orElseThrow();
    }

    static void move(Transaction transaction, Head next) {
        transaction.update(
                "UPDATE rollout_head SET revision = ?, stage = ? WHERE id = 1",
                next.revision(),
                next.stage().name().toLowerCase(Locale.ROOT));
    }

    static void save(Transaction transaction, String gateway, RolloutShare share) {
        transaction.update(
                "INSERT INTO rollout_share (gateway, revision, runners, applied, refused, lost,"
                        + " slowest, behind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (gateway) DO UPDATE SET revision = excluded.revision,"
                        + " runners = excluded.runners, applied = excluded.applied,"
                        + " refused = excluded.refused, lost = excluded.lost,"
                        + " slowest = excluded.slowest, behind = excluded.behind",
                gateway,
                share.revision(),
                share.progress().runners(),
                share.progress().applied(),
                share.progress().refused(),
                share.progress().lost(),
                share.slowest().toMillis(),
                share.names());
    }

    /** Of a revision, by gateway. */
    static Map<String, RolloutShare> shares(Transaction transaction, long revision) {
        return transaction
                .list(
                        "SELECT * FROM rollout_share WHERE revision = ? ORDER BY gateway",
                        row -> Map.entry(row.text("gateway"), share(row)),
                        revision)
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Forgets the shares of all revisions before: of gateways that are gone, too. */
    static void forgetBefore(Transaction transaction, long revision) {
        transaction.update("DELETE FROM rollout_share WHERE revision < ?", revision);
    }

    /** Runners that the fleet has, connected or not. */
    static long runners(Transaction transaction) {
        return transaction
                .first("SELECT count(*) AS number FROM runner_state", row -> row.number("number"))
                .orElse(0L);
    }

    private static RolloutShare share(Row row) {
        String behind = row.text("behind");
        return new RolloutShare(
                row.number("revision"),
                new Progress(
                        (int) row.number("runners"),
                        (int) row.number("applied"),
                        (int) row.number("refused"),
                        (int) row.number("lost")),
                Duration.ofMillis(row.number("slowest")),
                behind.isEmpty() ? List.of() : List.of(behind.split(", ")));
    }
}
