package io.fleetwall.gateway.sink;

import io.fleetwall.gateway.condition.Severity;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Events as RFC 5424 messages that carry CEF, framed by their length as RFC 5425 says. */
final class SyslogMessage {
    /** Facility 13, log audit. */
    private static final int FACILITY = 13;

    /** RFC 5425, section 4.3.1: receivers should take 8,192 bytes. */
    private static final int LONGEST = 8_192;

    private SyslogMessage() {}

    static byte[] framed(List<Due> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Due due : events) {
            byte[] message = of(due);
            out.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(message);
        }
        return out.toByteArray();
    }

    static byte[] of(Due due) {
        Facts facts = new Facts(due.event());
        String head =
                "<"
                        + (FACILITY * 8 + severity(facts.severity()))
                        + ">1 "
                        + facts.text("at")
                        + " "
                        + printable(facts.text("node"), 255)
                        + " fleetwall - "
                        + printable(facts.text("kind"), 32)
                        + " - ";
        byte[] message = (head + CefLine.of(due)).getBytes(StandardCharsets.UTF_8);
        return message.length <= LONGEST ? message : shortened(message);
    }

    /** Cut between two characters. */
    private static byte[] shortened(byte[] message) {
        int end = LONGEST;
        while ((message[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(message, end);
    }

    private static String printable(String text, int most) {
        String clean = text.replaceAll("[^!-~]", "?");
        return clean.isEmpty() ? "-" : clean.substring(0, Math.min(most, clean.length()));
    }

    /** RFC 5424, table 2. */
    private static int severity(Severity severity) {
        return switch (severity) {
            case INFO -> 6;
            case LOW -> 5;
            case MEDIUM -> 4;
            case HIGH -> 3;
            case CRITICAL -> 2;
        };
    }
}
