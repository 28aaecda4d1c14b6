package io.fleetwall.node.dns.upstream;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked over one connection and not answered yet, by the id of the message. */
final class OpenQuestions {
    private final IntObjectMap<Attempt> byId = new IntObjectHashMap<>();

    boolean isEmpty() {
        return byId.isEmpty();
    }

    int size() {
        return byId.size();
    }

    /** Whether no other question under way has this id. */
    boolean free(int id) {
        return !byId.containsKey(id);
    }

    void add(Attempt attempt) {
        byId.put(attempt.sent().id(), attempt);
    }

    /** Its id may be used again; false when it was not open any more. */
    boolean remove(Attempt attempt) {
        int id = attempt.sent().id();
        boolean open = attempt.equals(byId.get(id));
        if (open) {
            byId.remove(id);
        }
        return open;
    }

    /** Whose answer a message of two bytes or more may be: it bears the id. */
    @Nullable Attempt askedBy(byte[] message) {
        return byId.get(((message[0] & 0xff) << 8) | (message[1] & 0xff));
    }

    /** All of them: none is open any more. */
    List<Attempt> takeAll() {
        List<Attempt> all = new ArrayList<>(byId.values());
        byId.clear();
        return all;
    }
}
