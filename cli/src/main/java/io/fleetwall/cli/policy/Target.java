package io.fleetwall.cli.policy;

import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.ToolException;
import io.fleetwall.policy.document.PortClass;
import io.fleetwall.policy.verdict.Destination;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A destination as people write it: {@code registry.npmjs.org}, {@code 192.0.2.7:5432}, {@code
 * [2001:db8::1]:53/udp}; 443/tcp unless stated.
 */
final class Target {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:\\[(?<bracketed>[^\\]]+)]|(?<host>[^:/\\[\\]]+)|(?<v6>[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*))"
                            + "(?::(?<port>[0-9]{1,5}))?(?:/(?<protocol>tcp|udp|icmp-echo))?");

    private static final int HTTPS = 443;

    private Target() {}

    static Destination parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw notOne(text);
        }
        String host =
                Optional.ofNullable(form.group("bracketed"))
                        .or(() -> Optional.ofNullable(form.group("host")))
                        .orElseGet(() -> form.group("v6"));
        int port = Optional.ofNullable(form.group("port")).map(Integer::parseInt).orElse(HTTPS);
        PortClass portClass =
                switch (Optional.ofNullable(form.group("protocol")).orElse("tcp")) {
                    case "udp" -> PortClass.UDP;
                    case "icmp-echo" -> PortClass.ICMP_ECHO;
                    default -> PortClass.TCP;
                };
        try {
            return Destination.of(host, portClass, portClass == PortClass.ICMP_ECHO ? 0 : port);
        } catch (IllegalArgumentException e) {
            throw notOne(text);
        }
    }

    private static ToolException notOne(String text) {
        return new ToolException(
                ExitCode.USAGE,
                "'" + text + "' is no destination",
                "HOST[:PORT][/tcp|udp|icmp-echo], for example registry.npmjs.org:443/tcp");
    }
}
