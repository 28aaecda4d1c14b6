package io.fleetwall.gateway.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Names of contents (RFC 9110, 8.8.3): who has what an answer would say is told so instead, and who
 * changes something says what they saw.
 */
final class EntityTag {
    private static final String REVISION = "\"revision-";

    private EntityTag() {}

    /** The answer with its name, or 304 for who has it. */
    static Answer named(Answer answer, Optional<String> ifNoneMatch) {
        if (answer.status() != 200 || !(answer.content() instanceof Answer.Content.Json)) {
            return answer;
        }
        String tag = Optional.ofNullable(answer.headers().get("ETag")).orElseGet(() -> of(answer));
        boolean had = ifNoneMatch.filter(tags -> holds(tags, tag)).isPresent();
        Answer named = answer.with("ETag", tag).with("Cache-Control", "private, no-cache");
        return had ? new Answer(304, new Answer.Content.Nothing(), named.headers()) : named;
    }

    /** The name of a revision with its files: it never changes. */
    static String revision(long number) {
        return REVISION + number + '"';
    }

    /** The revision that If-Match names; -1, which is none, when it names something else. */
    static Optional<Long> revisionIn(Optional<String> ifMatch) {
        return ifMatch.map(String::strip)
                .filter(tag -> !tag.equals("*"))
                .map(tag ->
                        tag.matches(REVISION + "[0-9]{1,18}\"")
                                ? Long.parseLong(tag.substring(REVISION.length(), tag.length() - 1))
                                : -1L);
    }

    private static boolean holds(String tags, String tag) {
        return tags.strip().equals("*")
                || Arrays.stream(tags.split(",", -1))
                        .map(one -> one.strip().replaceFirst("^W/", ""))
                        .anyMatch(tag::equals);
    }

    private static String of(Answer answer) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(answer.bytes().toString().getBytes(StandardCharsets.UTF_8));
            byte[] half = Arrays.copyOf(digest, digest.length / 2);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(half) + '"';
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
