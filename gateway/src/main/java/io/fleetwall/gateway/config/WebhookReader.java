package io.fleetwall.gateway.config;

import io.fleetwall.gateway.config.GatewayConfig.Format;
import io.fleetwall.gateway.config.GatewayConfig.Target;
import io.fleetwall.gateway.config.GatewayConfig.Webhooks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The receivers of alerts. Credentials come from the file itself, a file of their own or a
 * variable; no problem ever quotes one.
 */
final class WebhookReader {
    private static final Set<String> DEFAULT_KINDS =
            Set.of("flow.denied", "dns.denied", "policy.refused", "node.lost", "tamper.*", "loss");
    private final Map<String, String> variables;

    WebhookReader(Map<String, String> variables) {
        this.variables = variables;
    }

    Webhooks webhooks(Section webhooks) {
        List<Network> networks = new ArrayList<>();
        for (String text : webhooks.texts("allowPrivateTargets")) {
            Optional<Network> network = Network.parse(text);
            if (network.isEmpty()) {
                webhooks.problem("allowPrivateTargets", "not a prefix: " + text, "10.1.2.0/24");
            }
            network.ifPresent(networks::add);
        }
        Duration window = Duration.ofMillis(webhooks.number("windowMillis", 30_000, 0, 3_600_000));
        List<Target> targets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section section : webhooks.sections("targets")) {
            Optional<Target> target = target(section);
            section.finish();
            if (target.isPresent() && !names.add(target.get().name())) {
                section.problem("name", "is used twice: " + target.get().name(), "rename one");
            }
            target.ifPresent(targets::add);
        }
        webhooks.finish();
        return new Webhooks(networks, window, targets);
    }

    private Optional<Target> target(Section section) {
        Optional<String> name = section.text("name").filter(text -> text.matches("[\\w.-]{1,64}"));
        if (name.isEmpty()) {
            section.problem("name", "is missing or not a name", "letters, digits, . _ -");
        }
        Optional<Format> format = format(section);
        Optional<Secret> url = secret(section, "url").filter(text -> isUrl(section, text));
        Optional<Secret> signing = secret(section, "secret");
        if (signing.isPresent() && !isKey(signing.get())) {
            section.problem("secret", "is not a signing key", "whsec_ and base64 of 24-64 bytes");
        }
        List<String> listed = section.texts("kinds");
        Set<String> kinds = listed.isEmpty() ? DEFAULT_KINDS : Set.copyOf(listed);
        if (name.isEmpty() || format.isEmpty() || url.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Target(name.get(), format.get(), url.get(), signing, kinds));
    }

    private static Optional<Format> format(Section section) {
        String type = section.text("type", "");
        Optional<Format> format =
                switch (type) {
                    case "slack" -> Optional.of(Format.SLACK);
                    case "generic" -> Optional.of(Format.GENERIC);
                    default -> Optional.empty();
                };
        if (format.isEmpty()) {
            section.problem("type", "is not a known type: " + type, "slack or generic");
        }
        return format;
    }

    /** Exactly one of KEY, KEYFile, KEYEnv; a signing secret may be absent altogether. */
    private Optional<Secret> secret(Section section, String key) {
        Optional<String> direct = section.text(key);
        Optional<String> file = section.text(key + "File");
        Optional<String> variable = section.text(key + "Env");
        long given = List.of(direct, file, variable).stream().filter(Optional::isPresent).count();
        if (given > 1 || (given == 0 && key.equals("url"))) {
            section.problem(
                    key, "needs exactly one source", key + ", " + key + "File or " + key + "Env");
            return Optional.empty();
        }
        if (file.isPresent()) {
            return content(section, key + "File", file.get());
        }
        if (variable.isPresent()) {
            Optional<String> value = Optional.ofNullable(variables.get(variable.get()));
            if (value.isEmpty()) {
                section.problem(key + "Env", "is not set: " + variable.get(), "export it");
            }
            return value.map(Secret::new);
        }
        return direct.map(Secret::new);
    }

    private static Optional<Secret> content(Section section, String key, String file) {
        try {
            return Optional.of(new Secret(Files.readString(Path.of(file)).strip()));
        } catch (IOException unreadable) {
            section.problem(key, "cannot be read: " + file, "a file with one line");
            return Optional.empty();
        }
    }

    private static boolean isUrl(Section section, Secret url) {
        try {
            URI uri = URI.create(url.reveal());
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null) {
                return true;
            }
        } catch (IllegalArgumentException notAUri) {
            // Reported below without the exception's text: it would quote the credential.
        }
        section.problem("url", "is not a web address", "https://host/path, no user information");
        return false;
    }

    private static boolean isKey(Secret secret) {
        try {
            int length = signingKey(secret).length;
            return length >= 24 && length <= 64;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static byte[] signingKey(Secret secret) {
        String text = secret.reveal();
        return Base64.getDecoder()
                .decode(text.startsWith("whsec_") ? text.substring("whsec_".length()) : text);
    }
}
