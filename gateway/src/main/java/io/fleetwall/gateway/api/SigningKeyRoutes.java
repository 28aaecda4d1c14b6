package io.fleetwall.gateway.api;

import io.fleetwall.gateway.catalogue.Policies;
import io.fleetwall.gateway.identity.SigningKeys;
import io.fleetwall.protocol.message.KeyStatement;
import io.fleetwall.protocol.signature.PolicyVerifier;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Base64;
import java.util.List;

/**
 * Whose signatures count on nodes. Each change is followed by a revision of the same content,
 * signed by the key that counts then: what nodes have on disk is good after it.
 */
final class SigningKeyRoutes {
    private final SigningKeys keys;
    private final Policies policies;

    SigningKeyRoutes(SigningKeys keys, Policies policies) {
        this.keys = keys;
        this.policies = policies;
    }

    void mount(Router router, Endpoints endpoints) {
        endpoints.serve(router, Operation.SIGNING_KEYS, request -> list());
        endpoints.serve(
                router,
                Operation.ROTATE_SIGNING_KEY,
                request -> {
                    request.body();
                    return changed(request, keys.rotate(request.actor()));
                });
        endpoints.serve(
                router,
                Operation.RETIRE_SIGNING_KEY,
                request -> {
                    request.body();
                    return changed(request, keys.retire(request.actor()));
                });
    }

    private Answer list() {
        var word = keys.word();
        return Answer.ok(json(word.statement(), word.keys()));
    }

    private Answer changed(Request request, SigningKeys.Outcome outcome) {
        return switch (outcome) {
            case SigningKeys.Outcome.Changed(KeyStatement statement) -> {
                policies.resign(
                        request.actor(), "statement " + statement.number() + " about signing keys");
                yield Answer.ok(
                        json(
                                statement.number(),
                                statement.keys().stream()
                                        .map(Base64.getEncoder()::encodeToString)
                                        .toList()));
            }
            case SigningKeys.Outcome.Refused(var message, var hint) ->
                    Answer.problem(
                            new Answer.Failure(
                                    409,
                                    "FW-A409",
                                    "The keys stay as they are",
                                    message + "; " + hint));
        };
    }

    private static JsonObject json(long statement, List<String> texts) {
        JsonArray list = new JsonArray();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            list.add(
                    new JsonObject()
                            .put("id", PolicyVerifier.keyId(Base64.getDecoder().decode(text)))
                            .put("key", text)
                            .put("signs", i == texts.size() - 1));
        }
        return new JsonObject().put("statement", statement).put("keys", list);
    }
}
