package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.store.Stores;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a second person has to agree, nothing that one person does puts a policy in force. */
@ParameterizedClass
@EnumSource(Stores.class)
final class ApprovalTest {
    private static final String PROPOSALS = "/api/v1/policies/proposals";

    @Parameter Stores stores = Stores.SQLITE;
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;
    private String author = "";
    private String approver = "";

    @BeforeEach
    void start() {
        GatewayConfig.Store store = stores.fresh();
        gateway =
                GatewayUnderTest.start(
                        state, config -> fourEyes(GatewayUnderTest.on(config, store)));
        author = token("author");
        approver = token("approver");
    }

    private static GatewayConfig fourEyes(GatewayConfig config) {
        return new GatewayConfig(
                config.name(),
                config.state(),
                config.store(),
                config.api(),
                config.link(),
                new GatewayConfig.Policies(
                        Optional.empty(),
                        Duration.ofMillis(15),
                        GatewayConfig.Approval.ANOTHER_PERSON),
                config.cluster(),
                config.events(),
                config.webhooks());
    }

    private String token(String role) {
        JsonObject grant = new JsonObject().put("name", role).put("role", role);
        return gateway.post("/api/v1/tokens", grant).body().getString("token");
    }

    private GatewayUnderTest.Response as(String token, String path, JsonObject body) {
        return gateway.call(
                gateway.anonymous(path)
                        .POST(BodyPublishers.ofString(body.encode()))
                        .header("Authorization", "Bearer " + token));
    }

    private GatewayUnderTest.Response publish(String token, String policy) {
        JsonObject body = GatewayUnderTest.publication(Map.of("acme.yaml", policy));
        return as(token, "/api/v1/policies:publish", body);
    }

    private GatewayUnderTest.Response decide(String token, String proposal, String how) {
        return as(token, PROPOSALS + "/" + proposal + "/" + how, new JsonObject());
    }

    private String propose(String token, String policy) {
        var answer = publish(token, policy);
        assertEquals(202, answer.status(), answer::toString);
        return answer.body().getString("proposal");
    }

    private List<String> waiting() {
        return gateway.get(PROPOSALS).body().getJsonArray("proposals").stream()
                .map(each -> ((JsonObject) each).getString("id"))
                .toList();
    }

    private List<String> acts() {
        return gateway.get("/api/v1/audit?limit=50").body().getJsonArray("acts").stream()
                .map(JsonObject.class::cast)
                .filter(act -> act.getString("act").startsWith("policy."))
                .map(act -> act.getString("act"))
                .toList();
    }

    @Test
    void whatIsProposedIsInForceOnceAnotherPersonAgrees() {
        String proposal = propose(author, ALLOW_NPM);
        assertEquals(0, gateway.head(), "nothing is in force yet");
        assertEquals(List.of(proposal), waiting());
        JsonObject shown = gateway.get(PROPOSALS + "/" + proposal).body();
        assertEquals(ALLOW_NPM, shown.getJsonArray("files").getJsonObject(0).getString("text"));
        assertEquals(403, decide(author, proposal, "approve").status(), "the role does not do");
        var approved = decide(approver, proposal, "approve");
        assertEquals(201, approved.status(), approved::toString);
        assertEquals(1, gateway.head());
        JsonObject head = gateway.get("/api/v1/policies/revisions/head").body();
        assertTrue(head.getString("message").contains("(approved by token:"), head::encode);
        assertEquals(List.of(), waiting());
        assertEquals(404, decide(approver, proposal, "approve").status(), "once");
        assertEquals(List.of("policy.api", "policy.approve", "policy.propose"), acts());
    }

    @Test
    void nobodyApprovesWhatTheyProposedNotEvenAnAdministrator() {
        for (String one : List.of(approver, gateway.token())) {
            var own = decide(one, propose(one, ALLOW_NPM), "approve");
            assertEquals(403, own.status(), own::toString);
            assertEquals("FW-A011", own.body().getString("code"));
        }
        assertEquals(0, gateway.head());
        assertEquals(2, waiting().size());
    }

    @Test
    void whatWasRejectedOrOvertakenIsNeverInForce() {
        String rejected = propose(author, ALLOW_NPM);
        assertEquals(200, decide(approver, rejected, "reject").status());
        assertEquals(404, decide(approver, rejected, "approve").status());
        String first = propose(author, ALLOW_NPM);
        String second = propose(author, ALLOW_PYPI);
        assertEquals(List.of(first, second), waiting());
        assertEquals(201, decide(approver, second, "approve").status());
        var overtaken = decide(approver, first, "approve");
        assertEquals(409, overtaken.status(), "nobody has seen the two together");
        assertEquals(1, gateway.head());
        JsonObject head = gateway.get("/api/v1/policies/revisions/head").body();
        assertEquals(ALLOW_PYPI, head.getJsonArray("files").getJsonObject(0).getString("text"));
    }

    @Test
    void whatDoesNotReadIsNoProposalAndAnotherHeadIsAConflict() {
        assertEquals(422, publish(author, "kind: x").status());
        JsonObject stale =
                GatewayUnderTest.publication(Map.of("acme.yaml", ALLOW_NPM))
                        .put("expectedRevision", 7);
        assertEquals(409, as(author, "/api/v1/policies:publish", stale).status());
        assertEquals(List.of(), waiting());
        assertEquals(List.of(), acts());
    }
}
