package io.fleetwall.gateway;

import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_NPM;
import static io.fleetwall.gateway.GatewayUnderTest.ALLOW_PYPI;
import static io.fleetwall.gateway.GatewayUnderTest.publication;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.GatewayUnderTest.Response;
import io.fleetwall.gateway.store.Stores;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ParameterizedClass
@EnumSource(Stores.class)
final class PublishTest {
    @Parameter Stores stores = Stores.SQLITE;

    // Set before each invocation of the class, which NullAway does not know of.
    @SuppressWarnings("NullAway.Init")
    private GatewayUnderTest gateway;

    @BeforeParameterizedClassInvocation
    void start() {
        // JUnit's own directories come later than this.
        Path state = Path.of("target", "publish-" + stores + "-" + System.nanoTime());
        gateway = GatewayUnderTest.start(state, stores);
    }

    @AfterParameterizedClassInvocation
    void stop() {
        gateway.close();
    }

    @Test
    void aPublishedPolicyIsTheHeadAndComesBackByteForByte() {
        Response published = gateway.publish(ALLOW_NPM + "# äöü\n");
        assertEquals(201, published.status());
        assertTrue(published.body().getBoolean("changed"));
        Response head = gateway.get("/api/v1/policies/revisions/head");
        assertEquals(published.revision(), head.revision());
        JsonObject file = head.body().getJsonArray("files").getJsonObject(0);
        assertEquals("acme.yaml", file.getString("path"));
        assertEquals(ALLOW_NPM + "# äöü\n", file.getString("text"));
        assertEquals("api", head.body().getString("cause"));
    }

    @Test
    void equalContentMakesNoNewRevision() {
        long first = gateway.publish(ALLOW_NPM).revision();
        Response second = gateway.publish(ALLOW_NPM);
        assertEquals(200, second.status());
        assertEquals(first, second.revision());
        assertFalse(second.body().getBoolean("changed"));
    }

    @Test
    void aRollbackIsANewRevisionWithTheOldContent() {
        long old = gateway.publish(ALLOW_NPM + "# old\n").revision();
        long next = gateway.publish(ALLOW_PYPI + "# new\n").revision();
        Response back = gateway.post("/api/v1/policies:rollback", new JsonObject().put("to", old));
        assertEquals(201, back.status());
        assertEquals(next + 1, back.revision());
        assertEquals(
                gateway.get("/api/v1/policies/revisions/" + old).body().getString("digest"),
                back.body().getString("digest"));
        assertEquals(
                "rollback",
                gateway.get("/api/v1/policies/revisions/head").body().getString("cause"));
    }

    @Test
    void aRollbackToNowhereIsNotFoundAndChangesNothing() {
        long before = gateway.publish(ALLOW_NPM + "# stays\n").revision();
        Response back =
                gateway.post("/api/v1/policies:rollback", new JsonObject().put("to", 999_999));
        assertEquals(404, back.status());
        assertEquals(before, gateway.head());
    }

    @Test
    void aBrokenPolicyIsRefusedWithEveryProblemAndTheRunningRevisionStays() {
        long before = gateway.publish(ALLOW_NPM + "# runs\n").revision();
        JsonObject broken =
                publication(
                        Map.of(
                                "a.yaml",
                                ALLOW_NPM.replace("mode: enforce", "mood: enforce"),
                                "b.yaml",
                                ALLOW_NPM.replace("default: deny", "default: perhaps")));
        Response refused = gateway.post("/api/v1/policies:publish", broken);
        Response validated = gateway.post("/api/v1/policies:validate", broken);
        assertEquals(422, refused.status());
        JsonArray problems = refused.body().getJsonArray("problems");
        assertTrue(problems.size() >= 2, problems::encodePrettily);
        assertEquals(problems, validated.body().getJsonArray("problems"));
        List<String> files =
                problems.stream().map(p -> ((JsonObject) p).getString("file")).distinct().toList();
        assertTrue(files.containsAll(List.of("a.yaml", "b.yaml")), files::toString);
        for (Object problem : problems) {
            JsonObject json = (JsonObject) problem;
            assertTrue(json.getString("code").startsWith("FW-P"), json::encode);
            assertTrue(json.getInteger("line") > 0 && json.getInteger("column") > 0, json::encode);
            assertFalse(json.getString("hint").isBlank(), json::encode);
        }
        assertEquals(before, gateway.head());
    }

    @Test
    void validatingPublishesNothing() {
        long before = gateway.publish(ALLOW_NPM + "# same\n").revision();
        Response validated =
                gateway.post(
                        "/api/v1/policies:validate",
                        publication(Map.of("acme.yaml", ALLOW_PYPI + "# other\n")));
        assertEquals(200, validated.status());
        assertEquals(before, gateway.head());
    }

    @Test
    void onlyOneOfManyPublishersOnTheSameRevisionWins() {
        long head = gateway.publish(ALLOW_NPM + "# race\n").revision();
        List<Response> answers;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> all =
                    IntStream.range(0, 12)
                            .mapToObj(i -> threads.submit(() -> publishOn(head, i)))
                            .toList();
            answers = all.stream().map(PublishTest::result).toList();
        }
        assertEquals(1, answers.stream().filter(a -> a.status() == 201).count());
        assertEquals(11, answers.stream().filter(a -> a.status() == 409).count());
        assertEquals(head + 1, gateway.head());
    }

    @Test
    void racingPublishersWithoutExpectationAllWinInSomeOrder() {
        long head = gateway.publish(ALLOW_NPM + "# free race\n").revision();
        List<Response> answers;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> all =
                    IntStream.range(0, 6)
                            .mapToObj(i -> ALLOW_NPM + "# free racer " + i + "\n")
                            .map(policy -> threads.submit(() -> gateway.publish(policy)))
                            .toList();
            answers = all.stream().map(PublishTest::result).toList();
        }
        assertEquals(6, answers.stream().filter(a -> a.status() == 201).count());
        assertEquals(head + 6, gateway.head());
        JsonArray history =
                gateway.get("/api/v1/policies/revisions?limit=7").body().getJsonArray("revisions");
        long expected = head + 6;
        for (Object revision : history) {
            assertEquals(expected--, ((JsonObject) revision).getLong("revision"));
        }
    }

    private static Response result(Future<Response> future) {
        try {
            return future.get();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private Response publishOn(long head, int racer) {
        return gateway.post(
                "/api/v1/policies:publish",
                publication(Map.of("acme.yaml", ALLOW_NPM + "# racer " + racer + "\n"))
                        .put("expectedRevision", head));
    }

    @Test
    void requestsThatAreNotUnderstoodSaySo() {
        Response notJson =
                gateway.call(
                        gateway.request("/api/v1/policies:publish")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{")));
        assertEquals(400, notJson.status());
        assertEquals("FW-A002", notJson.body().getString("code"));
        Response typo =
                gateway.post("/api/v1/policies:publish", new JsonObject().put("fils", List.of()));
        assertEquals(400, typo.status());
        assertTrue(typo.body().getString("detail").contains("fils"), typo::toString);
        assertEquals(404, gateway.get("/api/v1/nowhere").status());
        assertEquals(404, gateway.get("/api/v1/policies/revisions/999999").status());
        assertEquals(400, gateway.get("/api/v1/policies/revisions/one").status());
    }

    @Test
    void aBodyOverTheLimitIsRefused() {
        Response large = gateway.publish("#".repeat(2 << 20));
        assertEquals(413, large.status());
        assertEquals("FW-A413", large.body().getString("code"));
    }
}
