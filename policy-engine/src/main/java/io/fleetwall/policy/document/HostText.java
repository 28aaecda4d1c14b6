package io.fleetwall.policy.document;

import io.fleetwall.policy.document.HostPattern.Depth;
import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** The value of {@code host}: what it means, or all that keeps it from being a name. */
final class HostText {
    /** Characters on which IDNA 2003 (the JDK's) and IDNA 2008 (the registries') disagree. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private static final Pattern DEVIATIONS = Pattern.compile("[\u00df\u03c2\u200c\u200d]");

    private final ProblemLog log;
    private final Node at;

    HostText(ProblemLog log, Node at) {
        this.log = log;
        this.at = at;
    }

    /** The pattern, or null after a report. */
    @Nullable HostPattern read(String text) {
        byte[] address = AddressText.parse(text);
        if (address != null) {
            int bits = address.length * 8;
            return refuse(
                    ProblemCode.HOST_IS_ADDRESS,
                    text + " is an address",
                    "write cidr: " + text + "/" + bits);
        }
        if (text.isEmpty() || text.indexOf('/') >= 0 || text.indexOf(':') >= 0) {
            return refuse(
                    ProblemCode.HOST,
                    "\"" + text + "\" is not a host name",
                    "write the name only, without scheme, port and path; ports have their own key");
        }
        if (text.endsWith(".")) {
            return refuse(
                    ProblemCode.HOST_TRAILING_DOT,
                    text + " ends with a dot",
                    "names are absolute already: " + text.substring(0, text.length() - 1));
        }
        if (!text.chars().allMatch(c -> c < 0x80)) {
            return refuse(ProblemCode.HOST_NOT_ASCII, text + " is not ASCII", aLabel(text));
        }
        return wildcard(text.toLowerCase(Locale.ROOT));
    }

    private @Nullable HostPattern wildcard(String text) {
        int stars = text.startsWith("**.") ? 2 : text.startsWith("*.") ? 1 : 0;
        String base = stars == 0 ? text : text.substring(stars + 1);
        if (base.indexOf('*') >= 0) {
            return refuse(
                    ProblemCode.HOST_WILDCARD,
                    "\"" + text + "\" has a star where none can be",
                    "a star is the whole first label: *.example.com for one label,"
                            + " **.example.com for any number of them");
        }
        if (!labels(base)) {
            return null;
        }
        Depth depth =
                switch (stars) {
                    case 0 -> Depth.EXACT;
                    case 1 -> Depth.ONE_LABEL;
                    default -> Depth.MANY_LABELS;
                };
        return new HostPattern(depth, base);
    }

    private boolean labels(String base) {
        String why = base.length() > HostPattern.MAX_LENGTH ? "is longer than 253 characters" : "";
        String[] labels = base.split("\\.", -1);
        for (String label : labels) {
            why = why.isEmpty() ? flaw(label) : why;
        }
        if (why.isEmpty() && NUMBER.matcher(labels[labels.length - 1]).matches()) {
            why = "ends in a number, which looks like an address to many programs";
        }
        if (why.isEmpty()) {
            return true;
        }
        refuse(
                ProblemCode.HOST,
                "\"" + base + "\" " + why,
                "labels are 1 to 63 letters, digits, hyphens (not at the ends) and underscores");
        return false;
    }

    private static String flaw(String label) {
        if (label.isEmpty()) {
            return "has an empty label";
        }
        if (label.length() > 63) {
            return "has a label of " + label.length() + " characters";
        }
        if (label.startsWith("-") || label.endsWith("-")) {
            return "has a hyphen at the end of a label";
        }
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
                return "has the character '" + c + "'";
            }
        }
        return "";
    }

    private static String aLabel(String text) {
        int stars = text.startsWith("**.") ? 3 : text.startsWith("*.") ? 2 : 0;
        String fallback = "write the name's A-labels (xn--…), as the registry shows them";
        if (DEVIATIONS.matcher(text).find()) {
            return fallback;
        }
        try {
            String ascii = IDN.toASCII(text.substring(stars), IDN.USE_STD3_ASCII_RULES);
            return "write its A-labels if that is what you mean: "
                    + text.substring(0, stars)
                    + ascii.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return fallback;
        }
    }

    private @Nullable HostPattern refuse(ProblemCode code, String message, String hint) {
        log.report(code, at, message, hint);
        return null;
    }
}
