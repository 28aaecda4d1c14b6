package io.fleetwall.policy.compiled;

import io.fleetwall.policy.document.Fallback;
import io.fleetwall.policy.document.HostPattern.Depth;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.document.OnDeny;
import io.fleetwall.policy.document.QueryTypes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the canonical form: big-endian, lists and texts with their length first, in the order of
 * the record's components.
 */
final class FormWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);

    /** No form of the policy is longer; a character of text takes at most three bytes. */
    static long bound(CompiledPolicy policy) {
        long bytes = 64 + 4L * QueryTypes.MAX + 21L * policy.networks().size();
        for (CompiledRule rule : policy.rules()) {
            int names = rule.policy().length() + rule.file().length();
            bytes += 20 + 3L * (names + rule.text().length() + rule.reason().length());
        }
        for (PortProgram program : policy.programs()) {
            bytes += 1 + 8L * program.steps();
        }
        for (HostEntry entry : policy.hosts()) {
            bytes += 9 + entry.pattern().base().length();
        }
        return bytes;
    }

    byte[] write(CompiledPolicy policy) {
        QueryTypes types = policy.queryTypes();
        number(types.stated() ? CanonicalForm.MAGIC_QUERY_TYPES : CanonicalForm.MAGIC);
        constant(policy.mode(), Mode.values());
        constant(policy.fallback(), Fallback.values());
        constant(policy.onDeny(), OnDeny.values());
        if (types.stated()) {
            queryTypes(types);
        }
        number(policy.rules().size());
        policy.rules().forEach(this::rule);
        number(policy.programs().size());
        policy.programs().forEach(this::program);
        number(policy.networks().size());
        policy.networks().forEach(this::network);
        number(policy.hosts().size());
        policy.hosts().forEach(this::host);
        return out.toByteArray();
    }

    private void queryTypes(QueryTypes types) {
        int[] numbers = types.numbers();
        number(numbers.length);
        Arrays.stream(numbers).forEach(this::number);
    }

    private void rule(CompiledRule rule) {
        text(rule.policy());
        text(rule.file());
        number(rule.line());
        text(rule.text());
        text(rule.reason());
    }

    private void program(PortProgram program) {
        int[] starts = program.starts();
        int[] outcomes = program.outcomes();
        out.write(starts.length);
        for (int i = 0; i < starts.length; i++) {
            number(starts[i]);
            number(outcomes[i]);
        }
    }

    private void network(NetworkEntry entry) {
        out.writeBytes(entry.address());
        out.write(entry.length());
        number(entry.program());
    }

    private void host(HostEntry entry) {
        constant(entry.pattern().depth(), Depth.values());
        text(entry.pattern().base());
        number(entry.program());
    }

    /** The position among all constants, as {@link FormCursor#constant} reads it. */
    private <E> void constant(E constant, E[] all) {
        out.write(Arrays.asList(all).indexOf(constant));
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        out.writeBytes(bytes);
    }

    private void number(int value) {
        out.write(value >>> 24);
        out.write(value >>> 16);
        out.write(value >>> 8);
        out.write(value);
    }
}
