package io.fleetwall.gateway.sink;

/** What is sent in one request. */
record Parcel(String contentType, byte[] body) {}
