package io.fleetwall.gateway.fleet;

import java.util.Collection;
import java.util.List;

/** How many runners stand where, towards a revision. Lost nodes do not keep one from being done. */
public record Progress(int runners, int applied, int refused, int lost) {
    /** Where these runners stand. */
    static Progress of(long revision, Collection<RunnerView> views) {
        int applied = 0;
        int refused = 0;
        int lost = 0;
        for (RunnerView view : views) {
            if (view.applied().mark().revision() >= revision) {
                applied++;
            } else if (view.contact().presence() == RunnerView.Presence.LOST) {
                lost++;
            } else if (view.refusal().mark().revision() >= revision) {
                refused++;
            }
        }
        return new Progress(views.size(), applied, refused, lost);
    }

    /** Whether a runner is one of those that have not answered. */
    static boolean awaits(long revision, RunnerView view) {
        return of(revision, List.of(view)).pending() > 0;
    }

    /** Those that have not answered yet. */
    public int pending() {
        return runners - applied - refused - lost;
    }

    /** Whether nobody is waited for. */
    public boolean done() {
        return pending() == 0;
    }
}
