package io.fleetwall.laboratory.job;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * One word for an error of the network, as a build's log would tell it apart.
 *
 * <p>The JDK has exceptions for some of the kernel's errors and only a text for others:
 * "administratively prohibited" arrives as EHOSTUNREACH for IPv4 and as EACCES for IPv6 (Linux
 * {@code icmp_err_convert}, {@code icmpv6_err_convert}).
 */
final class Failure {
    private Failure() {}

    static String word(IOException e) {
        return switch (e) {
            case UnknownHostException _ -> "name";
            case SocketTimeoutException _ -> "timeout";
            case NoRouteToHostException _ -> "prohibited";
            case PortUnreachableException _ -> "refused";
            case ConnectException _ -> fromText(e, "refused");
            case EOFException _ -> "ended";
            default -> fromText(e, "io");
        };
    }

    private static String fromText(IOException e, String otherwise) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("reset") || text.contains("broken pipe")) {
            return "reset";
        }
        if (text.contains("permission denied") || text.contains("no route")) {
            return "prohibited";
        }
        if (text.contains("unreachable")) {
            return "unreachable";
        }
        return text.contains("timed out") ? "timeout" : otherwise;
    }
}
