package io.fleetwall.gateway.catalogue;

import io.fleetwall.policy.document.Problem;
import java.util.List;

/** What came of publishing. */
public sealed interface Publication {
    /** A new revision is committed and in force in this gateway. */
    record Published(Revision revision, List<Problem> warnings) implements Publication {
        public Published {
            warnings = List.copyOf(warnings);
        }
    }

    /** The sources are those of the running revision; nothing happened. */
    record Unchanged(Revision revision, List<Problem> warnings) implements Publication {
        public Unchanged {
            warnings = List.copyOf(warnings);
        }
    }

    /** The sources are broken; the running revision stays. The list is complete. */
    record Refused(List<Problem> problems) implements Publication {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** Somebody else published meanwhile; nothing happened. */
    record Conflict(long expected, long head) implements Publication {}
}
