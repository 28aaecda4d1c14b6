package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.wire.MalformedMessageException;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that one gateway knows of a node, as it tells the others.
 *
 * @param agent empty where only the store knew of the node
 */
record NodeCopy(
        String node,
        Optional<NodeView.Agent> agent,
        RunnerView.Contact contact,
        List<Attestation> attestations,
        List<RunnerView> runners) {
    NodeCopy {
        attestations = List.copyOf(attestations);
        runners = List.copyOf(runners);
    }

    JsonObject json() {
        JsonObject json = contact(new JsonObject().put("node", node), contact);
        agent.ifPresent(one ->
                json.put("version", one.version())
                        .put("kernel", one.kernel())
                        .put("connected", one.connected().toEpochMilli())
                        .put(
                                "state",
                                MessageCodec.encode(
                                        new NodeState(one.capabilities(), attestations))));
        JsonArray list = new JsonArray();
        runners.forEach(view ->
                list.add(
                        contact(RunnerTable.body(view), view.contact())
                                .put("runner", view.key().runner())
                                .put("refused", RunnerTable.mark(view.refusal().mark()))
                                .put("problem", view.refusal().problem())));
        return json.put("runners", list);
    }

    static NodeCopy of(JsonObject json) throws MalformedMessageException {
        String node = json.getString("node");
        List<RunnerView> runners = new ArrayList<>();
        for (Object each : json.getJsonArray("runners")) {
            JsonObject body = (JsonObject) each;
            runners.add(
                    RunnerTable.view(
                                    new RunnerKey(node, body.getString("runner")),
                                    body,
                                    contact(body))
                            .withRefusal(
                                    new RunnerView.Refusal(
                                            RunnerTable.mark(body.getJsonObject("refused")),
                                            body.getString("problem"))));
        }
        RunnerView.Contact contact = contact(json);
        if (json.containsKey("state")
                && MessageCodec.decode(json.getBinary("state")) instanceof NodeState state) {
            var agent =
                    new NodeView.Agent(
                            json.getString("version"),
                            json.getString("kernel"),
                            Instant.ofEpochMilli(json.getLong("connected")),
                            state.kernel());
            return new NodeCopy(node, Optional.of(agent), contact, state.runners(), runners);
        }
        return new NodeCopy(node, Optional.empty(), contact, List.of(), runners);
    }

    private static JsonObject contact(JsonObject json, RunnerView.Contact contact) {
        return json.put("presence", contact.presence().name())
                .put("seen", contact.lastSeen().toEpochMilli());
    }

    private static RunnerView.Contact contact(JsonObject json) {
        return new RunnerView.Contact(
                RunnerView.Presence.valueOf(json.getString("presence")),
                Instant.ofEpochMilli(json.getLong("seen")));
    }
}
