package io.fleetwall.cli.policy;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.ToolException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A destination as people write it: {@code registry.npmjs.org}, {@code 192.0.2.7:5432}, {@code
 * [2001:db8::1]:53/udp}.
 *
 * @param host a name or a literal address
 * @param port 443 unless stated
 * @param protocol tcp unless stated
 */
record Target(String host, int port, String protocol) {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:\\[(?<v6>[^\\]]+)]|(?<host>[^:/]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*))"
                            + "(?::(?<port>[0-9]{1,5}))?(?:/(?<protocol>tcp|udp|icmp-echo))?");

    static Target parse(String text) {
        Matcher form = FORM.matcher(text);
        int port = form.matches() ? port(form.group("port")) : -1;
        if (port < 0 || port > 65_535) {
            throw new ToolException(
                    ExitCode.USAGE,
                    "'" + text + "' is no destination",
                    "HOST[:PORT][/tcp|udp|icmp-echo], for example registry.npmjs.org:443/tcp");
        }
        String v6 = form.group("v6");
        String protocol = form.group("protocol");
        return new Target(
                (v6 == null ? form.group("host") : v6).toLowerCase(Locale.ROOT),
                port,
                protocol == null ? "tcp" : protocol);
    }

    private static int port(@org.jspecify.annotations.Nullable String text) {
        return text == null ? 443 : Integer.parseInt(text);
    }

    /** Whether the host is a literal address rather than a name. */
    boolean isAddress() {
        return host.contains(":") || host.matches("[0-9]+(\\.[0-9]+){3}");
    }
}
