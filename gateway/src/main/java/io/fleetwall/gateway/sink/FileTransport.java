package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines appended to a file and synced; a full file is renamed to {@code .1}, that to {@code .2}.
 */
final class FileTransport implements Transport {
    private final Path file;
    private final long most;
    private final int keep;

    FileTransport(Target target) {
        Map<String, String> words = target.tuning().form().words();
        this.file = Path.of(URI.create(target.url().reveal()).getPath());
        this.most = Long.parseLong(words.getOrDefault("rotateMegabytes", "100")) << 20;
        this.keep = Integer.parseInt(words.getOrDefault("keepFiles", "5"));
    }

    @Override
    public Future<Attempt> send(List<Due> alerts, Parcel parcel) {
        long from = System.nanoTime();
        try {
            if (Files.exists(file) && Files.size(file) + parcel.body().length > most) {
                rotate();
            }
            append(parcel.body());
            return Future.succeededFuture(Attempt.accepted(HttpTransport.millisSince(from)));
        } catch (IOException failed) {
            return Future.succeededFuture(
                    Attempt.failed(HttpTransport.millisSince(from), "file not written"));
        }
    }

    private void append(byte[] lines) throws IOException {
        var mode = PosixFilePermissions.fromString("rw-r-----");
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(mode))) {
            long end = channel.size();
            try {
                ByteBuffer rest = ByteBuffer.wrap(lines);
                long at = end;
                while (rest.hasRemaining()) {
                    at += channel.write(rest, at);
                }
                channel.force(true);
            } catch (IOException full) {
                channel.truncate(end);
                throw full;
            }
        }
    }

    private void rotate() throws IOException {
        for (int number = keep; number > 1; number--) {
            Path older = numbered(number - 1);
            if (Files.exists(older)) {
                Files.move(older, numbered(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
