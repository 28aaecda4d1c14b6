package io.fleetwall.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.gateway.store.Stores;
import io.fleetwall.policy.catalogue.Scope;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.Welcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists page by page, names of contents, and changes that name what they saw. */
@ParameterizedClass
@EnumSource(Stores.class)
final class PagingTest {
    private static final int REVISIONS = 5;
    @Parameter Stores stores = Stores.SQLITE;
    @TempDir Path state;
    @AutoClose private GatewayUnderTest gateway;

    @BeforeEach
    void start() {
        gateway = GatewayUnderTest.start(state, stores);
        for (int i = 0; i < REVISIONS; i++) {
            gateway.publish(GatewayUnderTest.ALLOW_NPM + "# " + i + "\n");
        }
    }

    private List<JsonObject> pages(String first, String list) {
        List<JsonObject> all = new ArrayList<>();
        Optional<String> next = Optional.of(first);
        while (next.isPresent()) {
            var page = gateway.get(next.get());
            assertEquals(200, page.status(), page::toString);
            JsonArray elements = page.body().getJsonArray(list);
            elements.forEach(element -> all.add((JsonObject) element));
            next = Optional.ofNullable(page.body().getString("next"));
            assertTrue(next.isEmpty() || !elements.isEmpty(), page::toString);
            assertTrue(elements.size() <= 2, page::toString);
        }
        return all;
    }

    private void sameAsInOnePiece(String path, String list, String key, int least) {
        String more = path.contains("?") ? "&" : "?";
        List<Object> paged =
                pages(path + more + "limit=2", list).stream().map(e -> e.getValue(key)).toList();
        List<Object> whole = new ArrayList<>();
        gateway.get(path)
                .body()
                .getJsonArray(list)
                .forEach(element -> whole.add(((JsonObject) element).getValue(key)));
        assertEquals(whole, paged, path);
        assertTrue(paged.size() >= least, path + " " + paged);
    }

    @Test
    void everyListIsTheSamePageByPageAsInOnePiece() {
        for (int i = 0; i < REVISIONS; i++) {
            gateway.enrolmentToken(new JsonObject().put("node", "n" + i));
        }
        var runners =
                IntStream.range(0, REVISIONS)
                        .mapToObj(i ->
                                new RunnerReport(
                                        "r" + i,
                                        "veth" + i,
                                        new Scope(new TreeSet<>(), Optional.empty()),
                                        0,
                                        Digest.NONE))
                        .toList();
        try (TestNode node = TestNode.connect(gateway, TestNode.enrol(gateway, "n"))) {
            node.say(new Hello(1, "n", UUID.randomUUID(), "test", "6.18", runners));
            node.next(Welcome.class);
            sameAsInOnePiece("/api/v1/policies/revisions", "revisions", "revision", REVISIONS);
            sameAsInOnePiece("/api/v1/events?kind=policy.published", "events", "id", REVISIONS);
            sameAsInOnePiece(
                    "/api/v1/events:search?text=revision&where=kind%20==%20policy.published",
                    "events", "id", REVISIONS);
            sameAsInOnePiece("/api/v1/runners", "runners", "runner", REVISIONS);
            sameAsInOnePiece("/api/v1/tokens", "tokens", "id", REVISIONS);
            sameAsInOnePiece("/api/v1/audit", "acts", "entry", 2 * REVISIONS);
        }
    }

    @Test
    void aCursorThatAListNeverGaveIsRefused() {
        String next = gateway.get("/api/v1/policies/revisions?limit=1").body().getString("next");
        String cursor = next.substring(next.indexOf("cursor=") + 7);
        for (String path :
                List.of(
                        "policies/revisions?cursor=x",
                        "policies/revisions?cursor=%25%25",
                        "policies/revisions?cursor=" + cursor.substring(1),
                        "events?cursor=" + cursor,
                        "runners?cursor=" + cursor,
                        "tokens?cursor=" + cursor,
                        "audit?cursor=" + cursor,
                        "webhooks/deliveries?cursor=" + cursor,
                        "incidents?cursor=" + cursor)) {
            var refused = gateway.get("/api/v1/" + path);
            assertEquals(400, refused.status(), path);
            assertEquals("FW-A009", refused.body().getString("code"), path);
        }
        assertEquals(200, gateway.get(next).status());
    }

    private GatewayUnderTest.Response get(String path, String tag) {
        return gateway.call(gateway.request(path).header("If-None-Match", tag).GET());
    }

    @Test
    void whoeverHasTheContentIsToldSoAndGetsItWhenItChanged() {
        String head = "/api/v1/policies/revisions/head";
        String tag = "\"revision-" + REVISIONS + '"';
        assertEquals(304, get(head, tag).status());
        assertEquals(304, get(head, "\"x\", W/" + tag).status());
        assertEquals(304, get(head, "*").status());
        assertEquals(200, get(head, "\"revision-1\"").status());
        assertEquals(404, get("/api/v1/policies/revisions/99", "*").status());
        gateway.publish(GatewayUnderTest.ALLOW_PYPI);
        assertEquals(200, get(head, tag).status());
    }

    private GatewayUnderTest.Response publish(String policy, String tag) {
        JsonObject body = GatewayUnderTest.publication(java.util.Map.of("acme.yaml", policy));
        return gateway.call(
                gateway.request("/api/v1/policies:publish")
                        .header("If-Match", tag)
                        .POST(BodyPublishers.ofString(body.encode())));
    }

    @Test
    void aChangeThatNamesAnotherHeadChangesNothing() {
        for (String tag : List.of("\"revision-1\"", "\"x\"", "W/\"revision-5\"", "revision-5")) {
            var refused = publish(GatewayUnderTest.ALLOW_PYPI, tag);
            assertEquals(412, refused.status(), tag);
            assertEquals("FW-A412", refused.body().getString("code"), tag);
            var back =
                    gateway.call(
                            gateway.request("/api/v1/policies:rollback")
                                    .header("If-Match", tag)
                                    .POST(BodyPublishers.ofString("{\"to\":1}")));
            assertEquals(412, back.status(), tag);
        }
        assertEquals(REVISIONS, gateway.head());
        assertEquals(201, publish(GatewayUnderTest.ALLOW_PYPI, "\"revision-5\"").status());
        assertEquals(REVISIONS + 1, gateway.head());
        assertEquals(201, publish(GatewayUnderTest.ALLOW_NPM, "*").status());
        assertFalse(gateway.get("/api/v1/audit").body().getJsonArray("acts").isEmpty());
    }
}
