package io.fleetwall.gateway.catalogue;

import io.fleetwall.gateway.store.Transaction;
import io.fleetwall.policy.document.SourceFile;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Whether the revisions in a store are what was published: none missing, none changed. */
public final class RevisionCheck {
    private RevisionCheck() {}

    /** What is wrong; nothing when all is well. */
    public static List<String> flaws(Transaction transaction) {
        List<String> flaws = new ArrayList<>();
        long head = RevisionTable.head(transaction);
        for (long number = 1; number <= head; number++) {
            Optional<RevisionTable.Content> content = RevisionTable.load(transaction, number);
            if (content.isEmpty()) {
                flaws.add("revision " + number + " is missing");
            } else {
                String digest =
                        HexFormat.of().formatHex(SourceFile.digest(content.get().sources()));
                if (!digest.equals(content.get().revision().digest())) {
                    flaws.add("revision " + number + " is not what was published");
                }
            }
        }
        if (RevisionTable.find(transaction, head + 1).isPresent()) {
            flaws.add("there are revisions beyond the head, which is " + head);
        }
        return flaws;
    }
}
