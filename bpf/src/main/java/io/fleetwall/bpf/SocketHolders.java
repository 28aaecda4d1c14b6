package io.fleetwall.bpf;

import io.fleetwall.bpf.PacketSocket.Holder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Looks through the open files of all processes for those that hold some sockets. */
final class SocketHolders {
    /**
     * Descriptors looked at in one search, some 5 µs each: a second at most. Machines with more
     * open files learn of the socket, and perhaps not of its holder.
     */
    private static final int DESCRIPTORS = 200_000;

    private static final Path PROC = Path.of("/proc");
    private static final String SOCKET = "socket:[";

    private int left = DESCRIPTORS;
    private final Set<Long> wanted;
    private final Map<Long, Holder> found = new HashMap<>();

    private SocketHolders(Set<Long> wanted) {
        this.wanted = new HashSet<>(wanted);
    }

    /** One holder of each, by inode; those without one are missing. */
    static Map<Long, Holder> of(Set<Long> inodes) {
        SocketHolders search = new SocketHolders(inodes);
        search.processes();
        return search.found;
    }

    private void processes() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (wanted.isEmpty() || left <= 0) {
                    return;
                }
                descriptors(process);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot list " + PROC, e);
        }
    }

    /** A process that ends meanwhile, or may not be looked at, holds nothing that can be told. */
    private void descriptors(Path process) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                left--;
                long inode = inode(descriptor);
                if (wanted.remove(inode)) {
                    found.put(inode, holder(process));
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            left--;
        }
    }

    /** 0 for what is no socket, or was closed meanwhile. */
    private static long inode(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(SOCKET)
                    ? Long.parseLong(target.substring(SOCKET.length(), target.length() - 1))
                    : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static Holder holder(Path process) {
        return new Holder(
                Integer.parseInt(process.getFileName().toString()),
                executable(process),
                command(process));
    }

    private static String executable(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
