package io.fleetwall.node.enforce;

import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.LinkState;
import io.fleetwall.node.bus.Lockdown;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/**
 * Has every runner shut when no gateway was heard for too long, and opened when one is. Looks at
 * the clock each second at least, because timers do not run while a machine sleeps. On a virtual
 * thread: what it knows is a file.
 */
public final class LockdownVerticle extends VerticleBase {
    private static final long LONGEST_TICK_MILLIS = 1_000;

    private final GatewaySilence silence;
    private final Duration after;

    public LockdownVerticle(GatewaySilence silence, Duration after) {
        this.silence = silence;
        this.after = after;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().<LinkState>localConsumer(Addresses.LINK_STATE, m -> linked(m.body()));
        vertx.setPeriodic(
                Math.clamp(after.toMillis() / 10, 1, LONGEST_TICK_MILLIS),
                _ -> {
                    silence.tick();
                    if (silence.tooLong()) {
                        // Again and again: what the kernel refuses once it may do later.
                        say(new Lockdown.Begun(after));
                    }
                });
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        silence.lost();
        return Future.succeededFuture();
    }

    private void linked(LinkState state) {
        switch (state) {
            case LinkState.Up(String gateway, _) -> {
                if (silence.heard()) {
                    say(new Lockdown.Over(gateway));
                }
            }
            case LinkState.Down _ -> silence.lost();
        }
    }

    private void say(Lockdown change) {
        vertx.eventBus().publish(Addresses.LOCKDOWN, change);
    }
}
