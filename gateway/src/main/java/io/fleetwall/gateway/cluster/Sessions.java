package io.fleetwall.gateway.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which gateway has which node. A gateway's entries count while it is a member: its membership is
 * their lease, so that ten thousand nodes need no renewals. Calls block.
 */
public final class Sessions {
    static final String MAP = "fleetwall.session";

    /** Set for Vert.x; unlike Hazelcast's own id it stays the same when halves merge. */
    static final String NAME = "__vertx.nodeId";

    /** Stands for a gateway that is gone. */
    private static final String NOBODY = "";

    private final IMap<String, String> map;
    private final Cluster cluster;

    Sessions(IMap<String, String> map, Cluster cluster) {
        this.map = map;
        this.cluster = cluster;
    }

    /** This gateway has these nodes now; returns those that nobody knew of. */
    public Set<String> claim(Set<String> nodes) {
        String mine = mine();
        Map<String, CompletableFuture<String>> asked = new LinkedHashMap<>();
        nodes.forEach(node -> asked.put(node, map.putAsync(node, mine).toCompletableFuture()));
        return asked.entrySet().stream()
                .filter(entry -> entry.getValue().join() == null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Of these nodes, those that are not this gateway's according to the map. */
    public Set<String> notMine(Set<String> nodes) {
        String mine = mine();
        Map<String, String> known = map.getAll(nodes);
        return nodes.stream()
                .filter(node -> !mine.equals(known.get(node)))
                .collect(Collectors.toSet());
    }

    /** Gives a node up; false when another gateway has it, or nobody knows of it. */
    public boolean release(String node) {
        return map.remove(node, mine());
    }

    /** The gateways that take part now. While they stay the same, nothing is lost or orphaned. */
    public Set<String> gateways() {
        return members().map(Sessions::name).collect(Collectors.toSet());
    }

    /** Makes known which nodes there should be; they are orphans until a gateway claims them. */
    public void expect(Set<String> nodes) {
        if (oldest()) {
            nodes.forEach(node -> map.putIfAbsent(node, NOBODY));
        }
    }

    /** Nodes whose gateway is no member, by gateway; only one of the members is told. */
    public Map<String, String> orphans() {
        if (!oldest()) {
            return Map.of();
        }
        String[] members = members().map(Sessions::name).toArray(String[]::new);
        Map<String, String> orphans = new HashMap<>();
        map.entrySet(Predicates.not(Predicates.in("this", members)))
                .forEach(entry -> orphans.put(entry.getKey(), entry.getValue()));
        return orphans;
    }

    /** Whether any gateway has a node. */
    public boolean has(String node) {
        return map.containsKey(node);
    }

    /** Gives up an orphan; false when it has a gateway meanwhile. */
    public boolean giveUp(String node, String gateway) {
        return map.remove(node, gateway);
    }

    /** The name of this gateway, as {@link #gateways} has it. */
    public String mine() {
        return name(cluster.getLocalMember());
    }

    /** Whether this gateway takes part for longest: one of them, while they see each other. */
    public boolean oldest() {
        return members().findFirst().filter(Member::localMember).isPresent();
    }

    /** Lite members are no gateways. */
    private Stream<Member> members() {
        return cluster.getMembers().stream().filter(member -> !member.isLiteMember());
    }

    private static String name(Member member) {
        return member.getAttribute(NAME);
    }
}
