package io.fleetwall.node.link;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.RunnerCommand;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.protocol.message.Attestation;
import io.fleetwall.protocol.message.Capability;
import io.fleetwall.protocol.message.NodeState;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the gateway what this node's kernel has, and how the runners' enforcement was found. At
 * once when that changes; else seldom, because a fleet that repeats itself each second is a load.
 */
public final class StateVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(StateVerticle.class);

    /** How old what the gateway knows may be while all is well. */
    private static final long REPEAT_MILLIS = 30_000;

    private final Supplier<List<NodeConfig.Runner>> runners;
    private final List<Capability> kernel;
    private boolean told;
    private boolean asking;
    private boolean again;

    /** Tells of the runners that there are at the time. */
    public StateVerticle(Supplier<List<NodeConfig.Runner>> runners, List<Capability> kernel) {
        this.runners = runners;
        this.kernel = List.copyOf(kernel);
    }

    @Override
    public Future<?> start() {
        var bus = vertx.eventBus();
        bus.<LinkState>localConsumer(Addresses.LINK_STATE, this::link);
        bus.localConsumer(Addresses.ATTESTED, _ -> tell());
        vertx.setPeriodic(REPEAT_MILLIS, _ -> tell());
        return Future.succeededFuture();
    }

    private void link(Message<LinkState> message) {
        told =
                switch (message.body()) {
                    case LinkState.Up(_, int version) -> version >= NodeState.SINCE;
                    case LinkState.Down _ -> false;
                };
        tell();
    }

    private void tell() {
        if (!told) {
            return;
        }
        if (asking) {
            again = true;
            return;
        }
        asking = true;
        List<Future<Attestation>> asked =
                runners.get().stream().map(runner -> attestation(runner.name())).toList();
        Future.join(asked)
                .onSuccess(_ -> say(asked.stream().map(Future::result).toList()))
                .onFailure(e -> LOG.atDebug().setCause(e).log("a runner is gone; told later"))
                .onComplete(_ -> {
                    asking = false;
                    if (again) {
                        again = false;
                        tell();
                    }
                });
    }

    private Future<Attestation> attestation(String runner) {
        return vertx.eventBus()
                .<Attestation>request(Addresses.runner(runner), new RunnerCommand.Attested())
                .map(Message::body);
    }

    private void say(List<Attestation> attestations) {
        vertx.eventBus().send(Addresses.LINK_SAY, new NodeState(kernel, attestations));
    }
}
