package io.fleetwall.node.enforce;

import io.fleetwall.node.state.DurableFile;
import io.fleetwall.policy.catalogue.Job;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.SignedPolicyForm;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One runner's memory on disk: the last good policy of each scope it had, and which of them is in
 * force. What is read back is as untrusted as what a gateway sends; the reader checks it again.
 */
final class PolicyStore {
    /** Policies kept a runner: jobs of one repository have a handful of scopes. */
    static final int MAX_SCOPES = 64;

    private static final Logger LOG = LoggerFactory.getLogger(PolicyStore.class);

    private final Path scopes;
    private final Path current;
    private final RevisionFloor floor;
    private final InstantSource clock;

    private PolicyStore(Path directory, InstantSource clock) throws IOException {
        this.scopes = directory.resolve("scopes");
        this.current = directory.resolve("current.json");
        this.clock = clock;
        DurableFile.directory(scopes);
        this.floor = RevisionFloor.open(directory.resolve("highest"));
    }

    static PolicyStore open(Path state, String runner, InstantSource clock) throws IOException {
        return new PolicyStore(state.resolve("runners").resolve(runner), clock);
    }

    /**
     * What the runner was when the agent last ran.
     *
     * @param highest the highest revision it ever had in force; none lower is accepted again
     */
    record Memory(long highest, Optional<Job> job) {
        static final Memory NONE = new Memory(0, Optional.empty());
    }

    /** What was written down, and the kept policies' revisions, which are written first. */
    Memory memory(Predicate<SignedPolicy> trusted) throws IOException {
        Memory written = written();
        long highest = Math.max(written.highest, floor.now());
        for (SignedPolicy policy : policies()) {
            if (policy.revision() > highest && trusted.test(policy)) {
                highest = policy.revision();
            }
        }
        return new Memory(highest, written.job);
    }

    private Memory written() throws IOException {
        if (!Files.exists(current)) {
            return Memory.NONE;
        }
        try {
            JsonObject json = new JsonObject(Files.readString(current));
            Optional<Job> job =
                    Optional.ofNullable(json.getJsonObject("job")).map(PolicyStore::job);
            return new Memory(json.getLong("highest"), job);
        } catch (DecodeException | ClassCastException e) {
            LOG.atError()
                    .addKeyValue("file", current)
                    .setCause(e)
                    .log("a runner's memory is damaged: it starts with deny-all");
            return Memory.NONE;
        }
    }

    void remember(Memory memory) throws IOException {
        JsonObject json = new JsonObject().put("highest", memory.highest);
        memory.job.ifPresent(job -> json.put("job", json(job)));
        byte[] bytes = json.encode().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        if (!DurableFile.holds(current, bytes)) {
            DurableFile.write(current, bytes);
        }
    }

    /**
     * Keeps a policy, with its body, as the last good one of its scope. Where there is no room for
     * it, the one it replaces goes: at the next boot nothing passes, rather than what was revoked.
     * Its revision is written down in any case.
     */
    void keep(SignedPolicy policy) throws IOException {
        Path file = file(policy.scope());
        byte[] bytes = SignedPolicyForm.bytes(policy);
        if (DurableFile.holds(file, bytes)) {
            floor.raise(policy.revision());
            return;
        }
        try {
            DurableFile.write(file, bytes);
        } catch (IOException noRoom) {
            DurableFile.delete(file);
            DurableFile.write(file, bytes);
        } finally {
            floor.raise(policy.revision());
        }
        evict();
    }

    /** The last good policy of a scope. Its signature is not checked here. */
    Optional<SignedPolicy> policy(Digest scope) throws IOException {
        Path file = file(scope);
        try {
            SignedPolicy policy = SignedPolicyForm.policy(Files.readAllBytes(file));
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
            return Optional.of(policy);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (MalformedMessageException e) {
            LOG.atError().addKeyValue("file", file).setCause(e).log("a kept policy is damaged");
            return Optional.empty();
        }
    }

    /** A body kept under another scope or revision, by its digest. */
    Optional<byte[]> body(Digest digest) throws IOException {
        return policies().stream()
                .filter(policy -> policy.policy().equals(digest))
                .flatMap(policy -> policy.body().stream())
                .findFirst();
    }

    private List<SignedPolicy> policies() throws IOException {
        List<SignedPolicy> policies = new ArrayList<>();
        for (Path file : files()) {
            try {
                policies.add(SignedPolicyForm.policy(Files.readAllBytes(file)));
            } catch (MalformedMessageException e) {
                LOG.atError().addKeyValue("file", file).setCause(e).log("a kept policy is damaged");
            }
        }
        return policies;
    }

    private Path file(Digest scope) {
        return scopes.resolve(scope + ".policy");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(scopes)) {
            return list.filter(file -> file.toString().endsWith(".policy")).toList();
        }
    }

    private void evict() throws IOException {
        List<Path> files = files();
        if (files.size() > MAX_SCOPES) {
            Path oldest =
                    files.stream().min(Comparator.comparing(PolicyStore::lastUsed)).orElseThrow();
            DurableFile.delete(oldest);
        }
    }

    private static FileTime lastUsed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static JsonObject json(Job job) {
        return new JsonObject()
                .put("organization", job.organization())
                .put("repository", job.repository())
                .put("workflow", job.workflow())
                .put("job", job.job())
                .put("ref", job.ref())
                .put("runId", job.runId())
                .put("attempt", job.attempt())
                .put("actor", job.actor());
    }

    private static Job job(JsonObject json) {
        return new Job(
                json.getString("organization"),
                json.getString("repository"),
                json.getString("workflow"),
                json.getString("job"),
                json.getString("ref"),
                json.getString("runId"),
                json.getInteger("attempt"),
                json.getString("actor"));
    }
}
