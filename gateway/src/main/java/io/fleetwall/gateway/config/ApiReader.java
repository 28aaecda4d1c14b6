package io.fleetwall.gateway.config;

import io.fleetwall.gateway.config.GatewayConfig.Access;
import io.fleetwall.gateway.config.GatewayConfig.Api;
import io.fleetwall.gateway.config.GatewayConfig.KeyPairFiles;
import io.fleetwall.gateway.config.GatewayConfig.KeySource;
import io.fleetwall.gateway.config.GatewayConfig.Oidc;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operators' listener and who may use it. */
final class ApiReader {
    private static final List<String> ROLES = List.of("viewer", "author", "approver", "admin");

    private ApiReader() {}

    static Api api(Section api) {
        ListenAddress listen = api.address("listen", "127.0.0.1:7070");
        Optional<KeyPairFiles> tls = api.has("tls") ? pair(api.section("tls")) : Optional.empty();
        int kilobytes = api.number("maxBodyKilobytes", 4_096, 1, 65_536);
        int perMinute = api.number("requestsPerMinute", 1_200, 1, 1_000_000);
        Optional<Oidc> oidc = api.has("oidc") ? oidc(api.section("oidc")) : Optional.empty();
        if (tls.isEmpty() && !listen.isLoopback()) {
            api.problem(
                    "listen",
                    "is reachable from outside without TLS: " + listen,
                    "set api.tls, or listen on 127.0.0.1");
        }
        api.finish();
        return new Api(listen, tls, kilobytes * 1_024, new Access(oidc, perMinute));
    }

    static Optional<KeyPairFiles> pair(Section pair) {
        Optional<String> certificate = pair.text("certificateFile");
        Optional<String> key = pair.text("keyFile");
        pair.finish();
        if (certificate.isEmpty() || key.isEmpty()) {
            pair.problem("certificateFile", "needs keyFile beside it", "give both PEM files");
            return Optional.empty();
        }
        return Optional.of(new KeyPairFiles(Path.of(certificate.get()), Path.of(key.get())));
    }

    private static Optional<Oidc> oidc(Section oidc) {
        Optional<String> issuer = oidc.text("issuer");
        Optional<String> audience = oidc.text("audience");
        Optional<KeySource> keys = keys(oidc);
        String claim = oidc.text("roleClaim", "roles");
        Section mapping = oidc.section("roles");
        Map<String, Set<String>> roles = new LinkedHashMap<>();
        for (String role : ROLES) {
            roles.put(role, Set.copyOf(mapping.texts(role)));
        }
        mapping.finish();
        oidc.finish();
        if (issuer.isEmpty() || audience.isEmpty()) {
            oidc.problem("issuer", "needs audience beside it", "give both, as in the tokens");
        }
        if (roles.values().stream().allMatch(Set::isEmpty)) {
            oidc.problem("roles", "gives nobody a role", "viewer: [value-of-the-claim]");
        }
        return issuer.isEmpty() || audience.isEmpty()
                ? Optional.empty()
                : keys.map(from -> new Oidc(issuer.get(), audience.get(), from, claim, roles));
    }

    private static Optional<KeySource> keys(Section oidc) {
        Optional<String> url = oidc.text("jwksUrl");
        Optional<String> file = oidc.text("jwksFile");
        if (url.isPresent() == file.isPresent()) {
            oidc.problem("jwksUrl", "or jwksFile: exactly one is needed", "the provider's keys");
            return Optional.empty();
        }
        if (file.isPresent()) {
            return Optional.of(new KeySource.File(Path.of(file.get())));
        }
        try {
            URI uri = URI.create(url.orElseThrow());
            if (trustworthy(uri)) {
                return Optional.of(new KeySource.Address(uri));
            }
        } catch (IllegalArgumentException notAnAddress) {
            oidc.problem("jwksUrl", "is not an address", "https://…");
            return Optional.empty();
        }
        oidc.problem("jwksUrl", "is not https", "keys that came in clear text prove nothing");
        return Optional.empty();
    }

    /** Clear text only within this machine. */
    private static boolean trustworthy(URI uri) {
        String host = String.valueOf(uri.getHost());
        boolean here = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
        return "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && here);
    }
}
