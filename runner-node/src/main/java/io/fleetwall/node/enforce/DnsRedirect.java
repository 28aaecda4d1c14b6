package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.DnsFence;
import io.fleetwall.bpf.NftablesClock;
import io.fleetwall.node.redirect.Nftables;
import io.fleetwall.node.redirect.RedirectPlan;
import io.fleetwall.node.redirect.RedirectRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way of runners' DNS to the proxy, and the fence that keeps it from any other way.
 * Thread-safe; calls may wait for {@code nft}.
 *
 * <p>The fence comes first and goes last, and stays when the agent dies: whoever flushes nftables
 * closes DNS, and opens nothing.
 */
public final class DnsRedirect {
    private Optional<RedirectPlan> plan = Optional.empty();
    private String listing = "";
    private int checkedAt;

    /**
     * Puts the rules for this plan in force, in place of those before.
     *
     * @throws IOException when nft refuses; what was in force still is
     * @throws BpfException when the fence cannot be put up; the same
     */
    public synchronized void follow(RedirectPlan next) throws IOException {
        if (plan.isPresent() && plan.get().equals(next)) {
            return;
        }
        DnsFence.install();
        apply(next);
        plan = Optional.of(next);
    }

    private void apply(RedirectPlan next) throws IOException {
        Nftables.apply(RedirectRules.install(next));
        OldFlows.forget(next);
        checkedAt = NftablesClock.now();
        listing = Nftables.listing();
    }

    /**
     * Repairs what somebody else changed. As long as nobody did, two questions to the kernel.
     *
     * @return what was found, a sentence each, for events
     */
    public synchronized List<String> attest() throws IOException {
        if (plan.isEmpty()) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        if (!DnsFence.stands()) {
            DnsFence.install();
            found.add("the routing rules that keep DNS in were removed; they are back");
        }
        int now = NftablesClock.now();
        if (now != checkedAt) {
            if (Nftables.listing().equals(listing)) {
                checkedAt = now; // somebody changed rules of their own
            } else {
                apply(plan.get());
                found.add("the nftables rules of the node were changed or removed; they are back");
            }
        }
        return found;
    }

    /** Takes everything away. To be called when no filter lets port 53 pass any more. */
    public static void remove() throws IOException {
        Nftables.apply(RedirectRules.remove());
        DnsFence.remove();
    }
}
