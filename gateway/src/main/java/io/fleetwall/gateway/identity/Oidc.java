package io.fleetwall.gateway.identity;

import io.fleetwall.gateway.config.GatewayConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON Web Tokens of one OpenID provider: signature, issuer, audience and times are checked, then a
 * claim becomes a role. The provider's keys are read again when one of its tokens does not verify,
 * but seldom, so that neither forged tokens nor its absence make this gateway a load.
 */
public final class Oidc implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Oidc.class);

    /** A key the provider has made new is known here after at most so long. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** A key the provider has withdrawn is believed no longer than this. */
    private static final Duration AGE = Duration.ofMinutes(10);

    private static final int LEEWAY_SECONDS = 30;
    private static final int LONGEST = 16 << 10;

    private final Vertx vertx;
    private final GatewayConfig.Oidc config;
    private final KeySet source;
    private final LongSupplier nanoClock;
    private Optional<Loaded> loaded = Optional.empty();
    private Optional<Long> tried = Optional.empty();

    private record Loaded(JWTAuth verifier, long atNanos) {}

    /** Believes the provider of these settings. */
    public Oidc(Vertx vertx, GatewayConfig.Oidc config, LongSupplier nanoClock) {
        this.vertx = vertx;
        this.config = config;
        this.source = new KeySet(config.keys());
        this.nanoClock = nanoClock;
    }

    /** Who presents a JWT; empty when it is not good or gives no role. */
    Optional<Principal> admit(String token) {
        if (token.length() > LONGEST || token.chars().filter(c -> c == '.').count() != 2) {
            return Optional.empty();
        }
        return claims(token).flatMap(this::principal);
    }

    private Optional<JsonObject> claims(String token) {
        Optional<Loaded> keys = keys(AGE);
        Optional<JsonObject> claims = keys.flatMap(known -> verify(known.verifier(), token));
        if (claims.isPresent()) {
            return claims;
        }
        return keys(Duration.ZERO)
                .filter(fresh -> keys.isEmpty() || fresh.atNanos() != keys.get().atNanos())
                .flatMap(fresh -> verify(fresh.verifier(), token));
    }

    private static Optional<JsonObject> verify(JWTAuth verifier, String token) {
        try {
            return Optional.ofNullable(
                    verifier.authenticate(new TokenCredentials(token))
                            .toCompletionStage()
                            .toCompletableFuture()
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join()
                            .attributes()
                            .getJsonObject("accessToken"));
        } catch (CompletionException | IllegalArgumentException | IllegalStateException notGood) {
            LOG.atDebug().setCause(notGood).log("JWT refused");
            return Optional.empty();
        }
    }

    /** Keys at most so old, or the ones there are when newer ones cannot be had yet. */
    private synchronized Optional<Loaded> keys(Duration age) {
        long now = nanoClock.getAsLong();
        boolean old = loaded.isEmpty() || now - loaded.get().atNanos() > age.toNanos();
        boolean may = tried.isEmpty() || now - tried.get() > PAUSE.toNanos();
        if (old && may) {
            tried = Optional.of(now);
            load(now);
        }
        return loaded;
    }

    private void load(long now) {
        try {
            JWTAuthOptions options =
                    new JWTAuthOptions()
                            .setJWTOptions(
                                    new JWTOptions()
                                            .setIssuer(config.issuer())
                                            .addAudience(config.audience())
                                            .setLeeway(LEEWAY_SECONDS));
            source.read().forEach(options::addJwk);
            loaded = Optional.of(new Loaded(JWTAuth.create(vertx, options), now));
        } catch (IOException | RuntimeException failed) {
            LOG.atWarn()
                    .addKeyValue("issuer", config.issuer())
                    .addKeyValue("problem", failed.toString())
                    .log("keys of the identity provider not read");
            if (loaded.filter(keys -> now - keys.atNanos() < AGE.toNanos()).isEmpty()) {
                loaded = Optional.empty();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Principal> principal(JsonObject claims) {
        String subject = claims.getString("sub", "");
        if (subject.isEmpty() || claims.getValue("exp") == null) {
            return Optional.empty();
        }
        Set<String> names = names(claims);
        return config.roles().entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(names::contains))
                .flatMap(entry -> Role.of(entry.getKey()).stream())
                .max(Comparator.naturalOrder())
                .map(role -> new Principal("oidc:" + subject, role, Area.all()));
    }

    /** The values of the role claim: a text, texts separated by spaces, or a list. */
    private Set<String> names(JsonObject claims) {
        Object value = claims;
        for (String step : config.roleClaim().split("\\.", -1)) {
            value = value instanceof JsonObject object ? object.getValue(step) : null;
        }
        Set<String> names = new TreeSet<>();
        switch (value) {
            case String text -> names.addAll(List.of(text.strip().split("\\s+")));
            case JsonArray array -> array.forEach(each -> names.add(String.valueOf(each)));
            case null, default -> {}
        }
        return names;
    }

    @Override
    public void close() {
        source.close();
    }
}
