package io.fleetwall.node.redirect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code nft}. A process and not netlink: the rules change only when a runner comes or goes,
 * and the text is what the operator sees with {@code nft list}.
 */
public final class Nftables {
    /** A transaction of a few rules takes milliseconds; a hung one must not hang the boot. */
    private static final long TIMEOUT_SECONDS = 10;

    private Nftables() {}

    /** Applies a transaction; all of it or, with an exception, nothing. */
    public static void apply(String transaction) throws IOException {
        Run run = run(List.of("nft", "-f", "-"), transaction);
        if (run.status != 0) {
            throw new IOException("nft refused the rules (status " + run.status + "): " + run.text);
        }
    }

    /**
     * The node's table as nft tells it, without counts: equal for equal rules. Empty when there is
     * none.
     */
    public static String listing() throws IOException {
        Run run = run(List.of("nft", "-s", "list", "table", "inet", "fleetwall"), "");
        return run.status == 0 ? run.text : "";
    }

    private record Run(int status, String text) {}

    private static Run run(List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        try {
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return new Run(process.exitValue(), text.strip());
            }
            throw new IOException("nft did not end within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while nft ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
