package io.fleetwall.laboratory.postgres;

import io.fleetwall.laboratory.process.Await;
import io.fleetwall.laboratory.process.ChildProcess;
import io.fleetwall.laboratory.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server of its own: data in a temporary directory, a port of its own, run by an
 * unprivileged user because it refuses to be root. Gone when closed or when this JVM ends.
 */
public final class PostgresServer implements AutoCloseable {
    /** What the server runs as when this JVM is root; the Debian package makes this user. */
    private static final String ACCOUNT = "postgres";

    private static final Duration START = Duration.ofMinutes(2);
    private final AtomicInteger databases = new AtomicInteger();
    private final Path directory;
    private static final int FIRST_PORT = 5433;

    /** Where {@code net.ipv4.ip_local_port_range} begins. */
    private static final int FIRST_CLIENT_PORT = 32_768;

    private final Path programs;
    private final String address;
    private final int port;
    private final List<String> entry;
    private ChildProcess server;
    private boolean closed;

    private PostgresServer(String address, List<String> entry) {
        this.address = address;
        this.entry = List.copyOf(entry);
        this.programs = programs();
        this.port = entry.isEmpty() ? freePort() : 5432;
        try {
            this.directory = Files.createTempDirectory("fleetwall-postgres");
            if (isRoot()) {
                Command.run(List.of("chown", ACCOUNT, directory.toString()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("directory of a PostgreSQL server", failed);
        }
        Command.run(
                unprivileged(
                        List.of(
                                programs.resolve("initdb").toString(),
                                "--pgdata=" + directory.resolve("data"),
                                "--auth=trust",
                                "--username=fleetwall",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--no-sync")));
        this.server = launch();
    }

    /** A server on loopback. */
    public static PostgresServer start() {
        return start("127.0.0.1", List.of());
    }

    /**
     * A server elsewhere.
     *
     * @param address where it listens, with port 5432
     * @param entry command that enters its network namespace
     */
    public static PostgresServer start(String address, List<String> entry) {
        PostgresServer server = new PostgresServer(address, entry);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-postgres"));
        return server;
    }

    /** Makes an empty database; returns its URL for JDBC. Its user is {@code fleetwall}. */
    public String database() {
        return databaseIn("pg_default");
    }

    private String databaseIn(String tablespace) {
        String name = "test_" + databases.incrementAndGet();
        sql("postgres", "CREATE DATABASE " + name + " TABLESPACE " + tablespace);
        return "jdbc:postgresql://" + address + ":" + port + "/" + name + "?sslmode=disable";
    }

    /** The same, with its tables on another disk; the log of changes stays where it is. */
    public String database(Path elsewhere) {
        Path tables = elsewhere.resolve("tables");
        Command.run("install", "--directory", "--owner=" + ACCOUNT, tables.toString());
        sql("postgres", "CREATE TABLESPACE elsewhere LOCATION '" + tables + "'");
        return databaseIn("elsewhere");
    }

    /** Runs a statement as its owner; returns what it printed, rows by lines. */
    public String sql(String database, String statement) {
        return Command.run(
                unprivileged(
                        List.of(
                                programs.resolve("psql").toString(),
                                "--host=" + directory,
                                "--port=" + port,
                                "--username=fleetwall",
                                "--no-psqlrc",
                                "--tuples-only",
                                "--no-align",
                                "--set=ON_ERROR_STOP=1",
                                "--command=" + statement,
                                database)));
    }

    /** The server's first process; each connection has a child of it. */
    public long pid() {
        return server.process().pid();
    }

    /** Stops it as a crash would: connections end, nothing is written out. */
    public void crash() {
        Command.run(List.of("kill", "-QUIT", Long.toString(server.process().pid())));
        Await.orFail("the end of PostgreSQL", START, () -> !server.alive());
    }

    /** Starts it again on the same data. */
    public void restart() {
        server = launch();
    }

    private ChildProcess launch() {
        List<String> command = new ArrayList<>(entry);
        command.addAll(
                unprivileged(
                        List.of(
                                programs.resolve("postgres").toString(),
                                "-D",
                                directory.resolve("data").toString(),
                                "-p",
                                Integer.toString(port),
                                "-c",
                                "listen_addresses=" + address,
                                "-c",
                                "unix_socket_directories=" + directory,
                                "-c",
                                "max_connections=60",
                                "-c",
                                "shared_buffers=64MB")));
        if (!address.equals("127.0.0.1")) {
            trust();
        }
        ChildProcess started =
                ChildProcess.daemon("postgres", directory.resolve("log"), List.copyOf(command));
        Await.orFail(
                "a connection to PostgreSQL",
                START,
                () -> {
                    started.mustLive();
                    return ready();
                });
        return started;
    }

    private boolean ready() {
        try {
            return sql("postgres", "SELECT 1").strip().equals("1");
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private void trust() {
        Path rules = directory.resolve("data/pg_hba.conf");
        try {
            Files.writeString(rules, "local all all trust\nhost all all 0.0.0.0/0 trust\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<String> unprivileged(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> whole =
                new ArrayList<>(
                        List.of(
                                "setpriv",
                                "--reuid=" + ACCOUNT,
                                "--regid=" + ACCOUNT,
                                "--clear-groups"));
        whole.addAll(command);
        return whole;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The newest version Debian's packages have installed. */
    private static Path programs() {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow(() -> new IllegalStateException("no PostgreSQL server installed"));
        } catch (IOException missing) {
            throw new IllegalStateException(
                    "no PostgreSQL server; apt-get install postgresql", missing);
        }
    }

    /**
     * A free port below those that the kernel gives to clients: a connection of somebody else must
     * not sit on it, not even while the server restarts.
     */
    private static int freePort() {
        for (int tried = 0; tried < 100; tried++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_CLIENT_PORT);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // The next one is tried.
            }
        }
        throw new IllegalStateException("no free port for a PostgreSQL server");
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (server.alive()) {
            crash();
        }
        Command.run(List.of("rm", "-rf", directory.toString()));
    }
}
