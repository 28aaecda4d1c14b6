package io.fleetwall.node.dns.cache;

import org.jspecify.annotations.Nullable;

/** Answers from the oldest to the newest, linked through themselves, and what they weigh. */
final class AnswerQueue {
    private @Nullable CachedAnswer oldest;
    private @Nullable CachedAnswer newest;
    private long bytes;
    private int size;

    void add(CachedAnswer answer) {
        CachedAnswer before = newest;
        answer.older = before;
        answer.newer = null;
        newest = answer;
        if (before == null) {
            oldest = answer;
        } else {
            before.newer = answer;
        }
        bytes += answer.weight();
        size++;
    }

    void remove(CachedAnswer answer) {
        CachedAnswer before = answer.older;
        CachedAnswer after = answer.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        answer.older = null;
        answer.newer = null;
        bytes -= answer.weight();
        size--;
    }

    @Nullable CachedAnswer oldest() {
        return oldest;
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return size;
    }
}
