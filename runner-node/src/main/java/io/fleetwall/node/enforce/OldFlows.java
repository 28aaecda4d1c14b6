package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.TrackedFlows;
import io.fleetwall.node.redirect.RedirectPlan;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DNS flows that are older than the redirect. The kernel would not translate them, so that a runner
 * which goes on asking over one would wait for answers for ever: the fence lets none out.
 */
final class OldFlows {
    private static final Logger LOG = LoggerFactory.getLogger(OldFlows.class);

    private OldFlows() {}

    /** Once the rules are in force. A kernel that cannot forget leaves such flows closed. */
    static void forget(RedirectPlan plan) {
        try {
            int flows = TrackedFlows.forgetDns(plan.port(), spared(plan));
            if (flows > 0) {
                LOG.atInfo().addKeyValue("flows", flows).log("older DNS flows meet the redirect");
            }
        } catch (BpfException | SocketException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("DNS flows older than the redirect cannot be forgotten; they get nowhere");
        }
    }

    /** The machine's own questions, where only containers' are redirected: the agent's as well. */
    private static Set<InetAddress> spared(RedirectPlan plan) throws SocketException {
        if (plan.agent().isPresent()) {
            return Set.of();
        }
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .map(OldFlows::withoutScope)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Connection tracking knows no scopes. */
    private static InetAddress withoutScope(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(address.toString(), e);
        }
    }
}
