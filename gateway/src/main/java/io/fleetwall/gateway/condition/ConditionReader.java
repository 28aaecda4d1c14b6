package io.fleetwall.gateway.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a condition, for example {@code kind == flow.denied and not (job.repository ~ "acme/*" or
 * destination.port in [80, 443])}. {@code and} binds stronger than {@code or}.
 */
public final class ConditionReader {
    /** A condition is written by a person; more is a mistake, and depth costs stack. */
    private static final int LONGEST = 2_000;

    private static final Pattern WORD =
            Pattern.compile(
                    "\\s*(?:(?<quoted>\"(?:[^\"\\\\]|\\\\.)*\")"
                            + "|(?<sign>==|!=|>=|<=|[~<>()\\[\\],])"
                            + "|(?<bare>[A-Za-z0-9_./*?:@-]+))");

    private record Word(String text, Form form, int column) {
        enum Form {
            QUOTED,
            SIGN,
            BARE,
            END
        }
    }

    private final List<Word> words;
    private int next;

    private ConditionReader(List<Word> words) {
        this.words = words;
    }

    /** The condition a text stands for. */
    public static Condition read(String text) {
        if (text.length() > LONGEST) {
            throw new ConditionException(LONGEST, "is longer than " + LONGEST + " characters");
        }
        ConditionReader reader = new ConditionReader(words(text));
        Condition condition = reader.or();
        Word rest = reader.take();
        if (rest.form() != Word.Form.END) {
            throw unexpected(rest, "and, or, or the end");
        }
        return condition;
    }

    private static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        int at = 0;
        while (matcher.region(at, text.length()).lookingAt()) {
            words.add(word(matcher));
            at = matcher.end();
        }
        if (!text.substring(at).isBlank()) {
            throw new ConditionException(
                    at + 1, "cannot be read from here: " + text.substring(at).strip());
        }
        words.add(new Word("the end", Word.Form.END, text.length() + 1));
        return words;
    }

    private static Word word(Matcher matcher) {
        String quoted = matcher.group("quoted");
        if (quoted != null) {
            String inner = quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1");
            return new Word(inner, Word.Form.QUOTED, matcher.start("quoted") + 1);
        }
        String sign = matcher.group("sign");
        return sign != null
                ? new Word(sign, Word.Form.SIGN, matcher.start("sign") + 1)
                : new Word(matcher.group("bare"), Word.Form.BARE, matcher.start("bare") + 1);
    }

    private Condition or() {
        Condition left = and();
        while (skip("or")) {
            left = new Condition.Or(left, and());
        }
        return left;
    }

    private Condition and() {
        Condition left = not();
        while (skip("and")) {
            left = new Condition.And(left, not());
        }
        return left;
    }

    private Condition not() {
        if (skip("not")) {
            return new Condition.Not(not());
        }
        if (skip("(")) {
            Condition inner = or();
            expect(")");
            return inner;
        }
        return comparison();
    }

    private Condition comparison() {
        Word key = take();
        if (key.form() != Word.Form.BARE || !key.text().matches("[A-Za-z][A-Za-z0-9_.]*")) {
            throw unexpected(key, "a key such as kind or job.repository");
        }
        Word sign = take();
        return switch (sign.text()) {
            case "==" -> new Condition.OneOf(key.text(), List.of(value()));
            case "!=" -> new Condition.Not(new Condition.OneOf(key.text(), List.of(value())));
            case "~" -> new Condition.Like(key.text(), value());
            case "in" -> new Condition.OneOf(key.text(), values());
            case ">" -> compared(key.text(), Condition.Compared.Side.ABOVE);
            case ">=" -> compared(key.text(), Condition.Compared.Side.AT_LEAST);
            case "<" -> compared(key.text(), Condition.Compared.Side.BELOW);
            case "<=" -> compared(key.text(), Condition.Compared.Side.AT_MOST);
            default -> throw unexpected(sign, "==, !=, ~, in, <, <=, > or >=");
        };
    }

    private Condition compared(String key, Condition.Compared.Side side) {
        Word word = take();
        OptionalLong bound = Keys.number(word.text());
        if (bound.isEmpty()) {
            throw unexpected(word, "a whole number or a severity");
        }
        return new Condition.Compared(key, side, bound.getAsLong(), word.text());
    }

    private List<String> values() {
        expect("[");
        List<String> values = new ArrayList<>();
        do {
            values.add(value());
        } while (skip(","));
        expect("]");
        return values;
    }

    private String value() {
        Word word = take();
        if (word.form() != Word.Form.BARE && word.form() != Word.Form.QUOTED) {
            throw unexpected(word, "a value");
        }
        return word.text();
    }

    private boolean skip(String text) {
        Word word = words.get(next);
        boolean same = word.form() != Word.Form.QUOTED && word.text().equals(text);
        if (same) {
            next++;
        }
        return same;
    }

    private void expect(String text) {
        if (!skip(text)) {
            throw unexpected(words.get(next), text);
        }
    }

    private Word take() {
        Word word = words.get(next);
        if (word.form() != Word.Form.END) {
            next++;
        }
        return word;
    }

    private static ConditionException unexpected(Word found, String wanted) {
        return new ConditionException(
                found.column(), "has " + found.text() + " where " + wanted + " should be");
    }
}
