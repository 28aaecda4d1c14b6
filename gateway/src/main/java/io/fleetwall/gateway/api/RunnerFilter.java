package io.fleetwall.gateway.api;

import io.fleetwall.gateway.fleet.NodeView;
import io.fleetwall.gateway.fleet.RunnerView;
import java.util.List;
import java.util.Optional;

/** Which runners or nodes somebody wants: by label, by state, of a node. */
final class RunnerFilter {
    private static final String BEHIND = "behind";
    private static final List<String> STATES =
            List.of(BEHIND, "in-force", "lost", "pending", "refused");
    private final Optional<String> node;
    private final Optional<String> label;
    private final Optional<String> state;

    RunnerFilter(Request request) {
        this.node = request.query("node");
        this.label = request.query("label");
        this.state = request.query("state");
        if (state.isPresent() && !STATES.contains(state.get())) {
            throw new RefusedRequest("state must be one of " + STATES);
        }
    }

    boolean picks(RunnerView view) {
        return node.filter(name -> !name.equals(view.key().node())).isEmpty()
                && label.filter(name -> !view.scope().labels().contains(name)).isEmpty()
                && state.filter(name -> !isSo(view, name)).isEmpty();
    }

    /** A node is wanted for one runner of its own that is, or for being lost itself. */
    boolean picks(NodeView view) {
        boolean silent =
                label.isEmpty() && state.filter("lost"::equals).isPresent() && view.isLost();
        boolean all = label.isEmpty() && state.isEmpty();
        return silent || all || view.runners().stream().anyMatch(this::picks);
    }

    private static boolean isSo(RunnerView view, String state) {
        return state.equals(BEHIND) ? view.isBehind() : view.state().toString().equals(state);
    }
}
