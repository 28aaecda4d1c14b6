package io.fleetwall.laboratory.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a job is told to do. One line of JSON on its standard input each.
 *
 * <p>Attempts are answered when they are over; a stream (download, echo, probe) is answered when it
 * has begun, and runs until {@link Stop}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "action")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Action.Fetch.class, name = "fetch"),
    @JsonSubTypes.Type(value = Action.Send.class, name = "send"),
    @JsonSubTypes.Type(value = Action.Datagram.class, name = "datagram"),
    @JsonSubTypes.Type(value = Action.Ask.class, name = "ask"),
    @JsonSubTypes.Type(value = Action.Download.class, name = "download"),
    @JsonSubTypes.Type(value = Action.Echo.class, name = "echo"),
    @JsonSubTypes.Type(value = Action.Probe.class, name = "probe"),
    @JsonSubTypes.Type(value = Action.Look.class, name = "look"),
    @JsonSubTypes.Type(value = Action.Stop.class, name = "stop")
})
public sealed interface Action {
    /** Resolves a URL's host by the system's resolver and gets the page; http or https. */
    record Fetch(String url) implements Action {}

    /** Connects by TCP, writes a text, waits for an answer. */
    record Send(String address, int port, String text) implements Action {}

    /** Sends one UDP datagram and waits for an answer. */
    record Datagram(String address, int port, String text) implements Action {}

    /** Asks a name server of its own choice for a name's IPv4 address. */
    record Ask(String server, Transport transport, String name) implements Action {}

    /** How {@link Ask} asks. */
    enum Transport {
        UDP,
        TCP
    }

    /** Begins a download that never ends by itself, and looks for gaps in it. */
    record Download(String stream, String url) implements Action {}

    /** Begins to send numbered datagrams, and looks for those that do not come back. */
    record Echo(String stream, String address, int port) implements Action {}

    /** Begins to connect in turn to one place that must be reached and one that must not. */
    record Probe(String stream, String allowed, String denied, int port) implements Action {}

    /** How a stream is doing. */
    record Look(String stream) implements Action {}

    /** Ends a stream, and how it did. */
    record Stop(String stream) implements Action {}
}
