package io.fleetwall.node;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.node.config.NodeConfig;
import io.fleetwall.node.config.NodeConfig.Direction;
import io.fleetwall.node.enforce.DnsRedirect;
import io.fleetwall.node.enforce.Enforcement;
import io.fleetwall.node.redirect.ControlGroup;
import io.fleetwall.node.redirect.RedirectPlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The redirect of DNS for the runners that there are. */
final class RunnerRedirect {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerRedirect.class);

    private final DnsRedirect redirect = new DnsRedirect();
    private final NodeConfig.Dns config;
    private final Optional<ControlGroup> group;
    private boolean following;

    RunnerRedirect(NodeConfig.Dns config, Optional<ControlGroup> group) {
        this.config = config;
        this.group = group;
    }

    DnsRedirect rules() {
        return redirect;
    }

    /**
     * Brings runners' DNS to the proxy. Before any policy is put in force: only then may port 53
     * pass the filter at all. Where it fails, DNS fails with it, and nothing leaks.
     */
    void begin(List<NodeConfig.Runner> runners, Enforcement node) {
        RedirectPlan plan = plan(runners);
        if (!config.redirect() || plan.isEmpty()) {
            return;
        }
        try {
            redirect.follow(plan);
            node.redirected();
            following = true;
        } catch (IOException | BpfException e) {
            LOG.atError().setCause(e).log("DNS is not redirected: runners must ask the proxy");
        }
    }

    /** These runners instead of those before; nothing where there is no redirect. */
    void follow(List<NodeConfig.Runner> runners) throws IOException {
        if (following) {
            redirect.follow(plan(runners));
        }
    }

    private RedirectPlan plan(List<NodeConfig.Runner> runners) {
        return new RedirectPlan(
                runners.stream()
                        .filter(runner -> runner.direction() == Direction.INGRESS)
                        .map(NodeConfig.Runner::interfaceName)
                        .collect(Collectors.toCollection(TreeSet::new)),
                group,
                config.port());
    }
}
