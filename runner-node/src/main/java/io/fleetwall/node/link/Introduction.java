package io.fleetwall.node.link;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.wire.MessageCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.stream.Collectors;

/** What the node says first: itself, and everything its runners have in force. */
record Introduction(Vertx vertx, String node, LinkVerticle.Boot boot) {
    Future<Hello> of(List<String> runners) {
        List<Future<RunnerReport>> reports =
                runners.stream()
                        .map(runner ->
                                vertx.eventBus()
                                        .<RunnerReport>request(
                                                Addresses.runner(runner),
                                                new RunnerCommand.Report())
                                        .map(Message::body))
                        .collect(Collectors.toList());
        return Future.join(reports).map(all -> hello(all.list()));
    }

    private Hello hello(List<RunnerReport> reports) {
        return new Hello(
                MessageCodec.VERSION,
                node,
                boot.id(),
                boot.agentVersion(),
                System.getProperty("os.version", ""),
                reports);
    }
}
