package io.fleetwall.protocol.event;

import java.util.List;

/**
 * How a destination's name is known, and over which names it led to the address.
 *
 * @param chain the CNAME targets in order, without the name itself; empty without aliases, and when
 *     they are not known
 */
public record Naming(Source source, List<String> chain) {
    /** There is no name, or nobody said how it is known: nodes before this was told. */
    public static final Naming NONE = new Naming(Source.UNKNOWN, List.of());

    public Naming {
        chain = List.copyOf(chain);
    }

    /** Where a name comes from. The wire number and the name are stable and never reused. */
    public enum Source {
        UNKNOWN(0, ""),
        /** The node's DNS proxy gave the address in an answer for it. */
        DNS_ANSWER(1, "dns-answer"),
        /** It was asked for; there may be no address. */
        DNS_QUESTION(2, "dns-question");

        private final int number;
        private final String text;

        Source(int number, String text) {
            this.number = number;
            this.text = text;
        }

        /** The number on the wire. */
        public int number() {
            return number;
        }

        /** The name in the API and in webhooks; empty for {@link #UNKNOWN}. */
        public String text() {
            return text;
        }

        /** The one with this number; unknown when this side is older than who sent it. */
        public static Source of(int number) {
            for (Source source : values()) {
                if (source.number == number) {
                    return source;
                }
            }
            return UNKNOWN;
        }
    }
}
