package io.fleetwall.gateway.baseline;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;

/**
 * A destination as a baseline knows it.
 *
 * @param name the name its address was learned for; the address where there is none
 */
public record Place(String name, int port, String protocol) {
    /**
     * Where an event says that traffic went. An address that several names share is a place of each
     * of them: the newest could be one that hides another.
     */
    static List<Place> of(JsonObject destination) {
        Place told = told(destination);
        return Arrays.stream(told.name.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> new Place(KeyText.of(name), told.port, KeyText.of(told.protocol)))
                .toList();
    }

    /** The same in one, with all names; no name at all where an event tells of no traffic. */
    static Place told(JsonObject destination) {
        String names = destination.getString("name", "");
        return new Place(
                names.isEmpty() ? destination.getString("address", "") : names,
                destination.getInteger("port", 0),
                destination.getString("protocol", ""));
    }

    /** For people. */
    public String text() {
        return protocol + " to " + name + (port == 0 ? "" : " port " + port);
    }
}
