package io.fleetwall.gateway.condition;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What an event must be like. Read by {@link ConditionReader}, printed by {@code toString} in a
 * form that reads back. A key an event does not have is the empty text, so that a condition never
 * fails on an event, it only does not hold. Of a list, such as {@code labels}, one element
 * suffices.
 */
public sealed interface Condition {
    /** Whether an event, in its JSON form, is so. */
    boolean holds(JsonObject event);

    /** Both. */
    record And(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(JsonObject event) {
            return left.holds(event) && right.holds(event);
        }

        @Override
        public String toString() {
            return "(" + left + " and " + right + ")";
        }
    }

    /** At least one. */
    record Or(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(JsonObject event) {
            return left.holds(event) || right.holds(event);
        }

        @Override
        public String toString() {
            return "(" + left + " or " + right + ")";
        }
    }

    /** Not so. */
    record Not(Condition inner) implements Condition {
        @Override
        public boolean holds(JsonObject event) {
            return !inner.holds(event);
        }

        @Override
        public String toString() {
            return "not " + inner;
        }
    }

    /** The key's text is one of these, letter case aside. */
    record OneOf(String key, List<String> values) implements Condition {
        public OneOf {
            values = List.copyOf(values);
        }

        @Override
        public boolean holds(JsonObject event) {
            return Keys.texts(event, key).stream()
                    .anyMatch(found -> values.stream().anyMatch(found::equalsIgnoreCase));
        }

        @Override
        public String toString() {
            String quoted = String.join(", ", values.stream().map(Keys::quoted).toList());
            return values.size() == 1 ? key + " == " + quoted : key + " in [" + quoted + "]";
        }
    }

    /** The key's text is as a pattern says: {@code *} is any text, {@code ?} any character. */
    record Like(String key, String glob) implements Condition {
        @Override
        public boolean holds(JsonObject event) {
            return Keys.texts(event, key).stream().anyMatch(found -> Keys.like(found, glob));
        }

        @Override
        public String toString() {
            return key + " ~ " + Keys.quoted(glob);
        }
    }

    /** The key is a number on this side of another; severities count by their rank. */
    record Compared(String key, Side side, long bound, String shown) implements Condition {
        /** Which side of the bound. */
        enum Side {
            ABOVE(">"),
            AT_LEAST(">="),
            BELOW("<"),
            AT_MOST("<=");

            private final String sign;

            Side(String sign) {
                this.sign = sign;
            }

            String sign() {
                return sign;
            }
        }

        @Override
        public boolean holds(JsonObject event) {
            var found = Keys.number(Keys.text(event, key));
            if (found.isEmpty()) {
                return false;
            }
            long number = found.getAsLong();
            return switch (side) {
                case ABOVE -> number > bound;
                case AT_LEAST -> number >= bound;
                case BELOW -> number < bound;
                case AT_MOST -> number <= bound;
            };
        }

        @Override
        public String toString() {
            return key + " " + side.sign() + " " + shown;
        }
    }
}
