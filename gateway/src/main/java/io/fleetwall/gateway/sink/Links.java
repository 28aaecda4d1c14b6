package io.fleetwall.gateway.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where an alert leads to: the run, a way to allow, a way to suppress. */
final class Links {
    private static final Map<String, String> TITLES =
            Map.of("run", "Open run", "allow", "Allow…", "suppress", "Suppress…");

    private Links() {}

    /** One address with what to call it. */
    record Link(String name, String title, String address) {}

    /**
     * Those of an event, from the addresses in the settings; one that lacks a value is left out.
     */
    static List<Link> of(Map<String, String> templates, Facts facts) {
        List<Link> links = new ArrayList<>();
        for (String name : List.of("run", "allow", "suppress")) {
            Template.address(templates.getOrDefault(name, ""), facts)
                    .filter(address -> !address.isEmpty())
                    .ifPresent(address ->
                            links.add(new Link(name, TITLES.getOrDefault(name, name), address)));
        }
        return links;
    }
}
