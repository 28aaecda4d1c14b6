package io.fleetwall.gateway.fleet;

import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.Digest;
import io.fleetwall.protocol.message.SignedPolicy;
import io.fleetwall.protocol.wire.MessageCodec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Policies as they travel, kept while the nodes of a scope are sent them: thousands get the same
 * bytes. One per event loop and used only there, so nothing is locked.
 */
final class PolicyFrames {
    /** Some rollouts' worth of the usual 20 KB; a policy larger than this is not kept. */
    private static final long MAX_BYTES = 8 << 20;

    private final Map<Key, PolicyFrame> frames = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    private record Key(String runner, long revision, Digest scope, Digest policy) {}

    /** The frame that tells a runner its policy. */
    PolicyFrame of(String runner, SignedPolicy signed) {
        Key key = new Key(runner, signed.revision(), signed.scope(), signed.policy());
        PolicyFrame known = frames.get(key);
        if (known != null) {
            return known;
        }
        PolicyFrame fresh = PolicyFrame.of(MessageCodec.encode(new Desired(runner, signed)));
        if (fresh.length() <= MAX_BYTES) {
            frames.put(key, fresh);
            bytes += fresh.length();
            forget();
        }
        return fresh;
    }

    private void forget() {
        var oldest = frames.values().iterator();
        while (bytes > MAX_BYTES) {
            bytes -= oldest.next().length();
            oldest.remove();
        }
    }
}
