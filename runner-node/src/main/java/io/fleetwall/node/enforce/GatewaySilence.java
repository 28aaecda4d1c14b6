package io.fleetwall.node.enforce;

import io.fleetwall.node.state.DurableFile;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long no gateway was heard, over restarts of the agent and of the machine, and whether
 * that is too long. Once it is, only a gateway that is heard ends it.
 *
 * <p>Counted by the clock that runs since the machine's start and through its sleep, never by the
 * wall clock, which may be set by anybody. How long a machine was switched off nobody knows: that
 * time does not count. What was written down and cannot be read counts as too long.
 *
 * <p>Used by one verticle; {@link #tooLong} by any thread.
 */
public final class GatewaySilence {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    /** By so much, or a tenth of the time, an agent that is killed may be wrong. */
    private static final long WRITE_NANOS = Duration.ofMinutes(1).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(GatewaySilence.class);

    private final Path file;
    private final Duration most;
    private final Clock clock;
    private long heardNanos;
    private long writtenNanos;
    private boolean linked;
    private volatile boolean tooLong;

    /**
     * What tells the time.
     *
     * @param boot changes with each start of the machine
     * @param nanos since that start
     */
    public record Clock(String boot, LongSupplier nanos) {
        /** This machine's. */
        public static Clock system(LongSupplier boottime) throws IOException {
            return new Clock(Files.readString(BOOT).strip(), boottime);
        }
    }

    private GatewaySilence(Path file, Duration most, Clock clock) {
        this.file = file;
        this.most = most;
        this.clock = clock;
    }

    /** What an earlier agent wrote down in this state directory, or silence that begins now. */
    public static GatewaySilence open(Path state, Duration most, Clock clock) {
        GatewaySilence silence =
                new GatewaySilence(state.resolve("gateway-silence.json"), most, clock);
        silence.read();
        silence.tick();
        silence.write();
        return silence;
    }

    private void read() {
        long now = clock.nanos.getAsLong();
        heardNanos = now;
        if (!Files.exists(file)) {
            return;
        }
        try {
            JsonObject json = new JsonObject(Files.readString(file));
            long heard = json.getLong("heardNanos");
            boolean same = clock.boot.equals(json.getString("boot"));
            heardNanos = same ? heard : Math.subtractExact(heard, json.getLong("writtenNanos"));
            tooLong = json.getBoolean("tooLong");
            if (heardNanos > now) {
                throw new IOException("heard in the future of this machine's clock");
            }
        } catch (IOException | RuntimeException damaged) {
            tooLong = true;
            LOG.atError()
                    .addKeyValue("file", file)
                    .setCause(damaged)
                    .log("when a gateway was heard is not known: locked down until one is");
        }
    }

    /** Whether nothing may pass. */
    public boolean tooLong() {
        return tooLong;
    }

    /** A gateway is heard; says whether that ends a silence that was too long. */
    boolean heard() {
        boolean was = tooLong;
        linked = true;
        tooLong = false;
        heardNanos = clock.nanos.getAsLong();
        write();
        return was;
    }

    /** From now on none is. */
    void lost() {
        if (linked) {
            heardNanos = clock.nanos.getAsLong();
            linked = false;
            write();
        }
    }

    /** Time goes by. */
    void tick() {
        long now = clock.nanos.getAsLong();
        if (linked) {
            heardNanos = now;
        }
        boolean before = tooLong;
        tooLong = before || now - heardNanos >= most.toNanos();
        long unwritten = now - writtenNanos;
        if (tooLong != before || unwritten >= Math.min(WRITE_NANOS, most.toNanos() / 10)) {
            write();
        }
    }

    /** A disk that fails makes the next agent believe in more silence than there was, not less. */
    private void write() {
        writtenNanos = clock.nanos.getAsLong();
        JsonObject json =
                new JsonObject()
                        .put("boot", clock.boot)
                        .put("heardNanos", heardNanos)
                        .put("writtenNanos", writtenNanos)
                        .put("tooLong", tooLong);
        try {
            DurableFile.write(file, json.encode().getBytes(StandardCharsets.UTF_8));
        } catch (IOException full) {
            LOG.atError().addKeyValue("file", file).setCause(full).log("silence not kept");
        }
    }
}
