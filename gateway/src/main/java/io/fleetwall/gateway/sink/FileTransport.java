package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Lines appended to a file and synced; nothing is accepted that is not whole on disk. */
final class FileTransport implements Transport {
    private final RotatedFile file;
    private final InstantSource clock;

    FileTransport(Target target, InstantSource clock) {
        this.file =
                new RotatedFile(
                        Path.of(URI.create(target.url().reveal()).getPath()),
                        RotatedFile.Limits.of(target.tuning().form().words()));
        this.clock = clock;
    }

    @Override
    public Future<Attempt> send(List<Due> alerts, Parcel parcel) {
        long from = System.nanoTime();
        try {
            file.append(parcel.body(), clock.instant());
            return Future.succeededFuture(Attempt.accepted(HttpTransport.millisSince(from)));
        } catch (IOException failed) {
            return Future.succeededFuture(
                    Attempt.failed(
                            HttpTransport.millisSince(from), "file not written: " + why(failed)));
        }
    }

    /** Without the path: it is the target's address, which is not shown. */
    private static String why(IOException failed) {
        return switch (failed) {
            case NoSuchFileException missing -> "no such directory";
            case AccessDeniedException denied -> "permission denied";
            default ->
                    String.valueOf(failed.getMessage()).contains("No space left")
                            ? "no space left"
                            : "input or output error";
        };
    }
}
