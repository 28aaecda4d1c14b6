package io.fleetwall.gateway.sink;

import io.vertx.core.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places such as <code>{{job.repository}}</code>. Values come from jobs, so they are
 * always escaped for where the text goes.
 */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*([A-Za-z0-9_.]+)\\s*}}");

    private Template() {}

    /** Within a JSON text, inside of quotation marks. */
    static String json(String template, Facts facts) {
        return fill(
                template,
                facts,
                value -> {
                    String quoted = Json.encode(value);
                    return quoted.substring(1, quoted.length() - 1);
                });
    }

    /** An address; none when one of its places has no value. Slashes stay: names have them. */
    static Optional<String> address(String template, Facts facts) {
        Matcher places = PLACE.matcher(template);
        while (places.find()) {
            if (facts.text(places.group(1)).isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(
                fill(
                        template,
                        facts,
                        value ->
                                URLEncoder.encode(value, StandardCharsets.UTF_8)
                                        .replace("+", "%20")
                                        .replace("%2F", "/")));
    }

    private static String fill(String template, Facts facts, UnaryOperator<String> escape) {
        return PLACE.matcher(template)
                .replaceAll(place ->
                        Matcher.quoteReplacement(escape.apply(facts.text(place.group(1)))));
    }
}
