package io.fleetwall.gateway;

import io.fleetwall.protocol.message.Digest;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What was promised while things failed, and every promise that was seen to be broken. */
final class FaultLedger {
    private final Map<Long, String> published = new ConcurrentHashMap<>();
    private final Map<Long, Digest> contents = new ConcurrentHashMap<>();
    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();

    /** A gateway said that this policy is this revision. */
    void published(long revision, String policy) {
        String other = published.putIfAbsent(revision, policy);
        if (other != null) {
            broken.add("revision " + revision + " was given twice");
        }
    }

    /** A node got this policy as this revision. */
    void received(long revision, Digest policy) {
        Digest other = contents.putIfAbsent(revision, policy);
        if (other != null && !other.equals(policy)) {
            broken.add("revision " + revision + " has two contents");
        }
    }

    void acknowledged(List<UUID> events) {
        acknowledged.addAll(events);
    }

    void broken(String promise) {
        broken.add(promise);
    }

    Map<Long, String> published() {
        return Map.copyOf(published);
    }

    Set<UUID> acknowledged() {
        return Set.copyOf(acknowledged);
    }

    List<String> broken() {
        return List.copyOf(broken);
    }
}
