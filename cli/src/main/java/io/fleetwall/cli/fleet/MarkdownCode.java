package io.fleetwall.cli.fleet;

/**
 * A text as code within a table of GitHub's Markdown: what a job chose cannot become a link, an
 * image, a mention, HTML, another cell or another row.
 *
 * <p>Nothing is parsed within code but its own end and, in a table, the cell's; so those two
 * characters are shown as ones that look like them. What cannot be seen or turns the direction of
 * writing is shown by its number.
 */
final class MarkdownCode {
    /** Characters of a text that are shown, at most. */
    private static final int MOST = 200;

    private MarkdownCode() {}

    /** Empty for an empty text. */
    static String of(String text) {
        StringBuilder code = new StringBuilder();
        for (int at = 0; at < text.length(); ) {
            int letter = text.codePointAt(at);
            at += Character.charCount(letter);
            if (code.length() >= MOST) {
                code.append('…');
                break;
            }
            append(code, letter);
        }
        return code.isEmpty() ? "" : "`" + code + "`";
    }

    private static void append(StringBuilder code, int letter) {
        switch (letter) {
            case '`' -> code.append('ˋ');
            case '|' -> code.append('│');
            default -> {
                if (seen(letter)) {
                    code.appendCodePoint(letter);
                } else {
                    code.append("‹%04X›".formatted(letter));
                }
            }
        }
    }

    private static boolean seen(int letter) {
        return switch (Character.getType(letter)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
