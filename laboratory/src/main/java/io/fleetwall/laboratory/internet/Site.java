package io.fleetwall.laboratory.internet;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who is who on the laboratory's internet. Addresses are of the ranges kept for documentation (RFC
 * 5737, RFC 3849), names below {@code .example} (RFC 2606).
 */
public enum Site {
    /** The resolver that runners are configured with. */
    RESOLVER("resolver.example", "192.0.2.53", "2001:db8:2::53"),
    /** A package registry that builds need. */
    REGISTRY("registry.acme.example", "192.0.2.10", "2001:db8:2::10"),
    /** Build artifacts: a big download. */
    ARTIFACTS("artifacts.acme.example", "192.0.2.20", "2001:db8:2::20"),
    /** A mirror: another big download. */
    MIRROR("mirror.acme.example", "192.0.2.30", "2001:db8:2::30"),
    /** Where stolen secrets go. */
    ATTACKER("collector.evil.example", "203.0.113.66", "2001:db8:bad::66"),
    /** The attacker's resolver, which answers any question and keeps what it is asked. */
    ATTACKER_RESOLVER("ns.evil.example", "203.0.113.53", "2001:db8:bad::53");

    /** Plain HTTP. */
    public static final int HTTP_PORT = 80;

    /** HTTP over TLS. */
    public static final int TLS_PORT = 443;

    /** Answers each datagram with itself. */
    public static final int ECHO_PORT = 7777;

    /** Takes whatever TCP brings, as malware's drop servers do. */
    public static final int DROP_PORT = 4444;

    private final String host;
    private final InetAddress v4;
    private final InetAddress v6;

    Site(String host, String v4, String v6) {
        this.host = host;
        this.v4 = InetAddress.ofLiteral(v4);
        this.v6 = InetAddress.ofLiteral(v6);
    }

    /** Its name in the DNS. */
    public String host() {
        return host;
    }

    /** Its IPv4 address. */
    public InetAddress v4() {
        return v4;
    }

    /** Its IPv6 address. */
    public InetAddress v6() {
        return v6;
    }

    /** Both addresses. */
    public List<InetAddress> addresses() {
        return List.of(v4, v6);
    }

    /** Whether nothing of a runner may ever reach it. */
    public boolean hostile() {
        return this == ATTACKER || this == ATTACKER_RESOLVER;
    }

    /** The site with a name. */
    public static Optional<Site> named(String host) {
        return Arrays.stream(values()).filter(site -> site.host.equalsIgnoreCase(host)).findFirst();
    }

    /** The site with an address. */
    public static Optional<Site> at(InetAddress address) {
        return Arrays.stream(values())
                .filter(site -> site.addresses().contains(address))
                .findFirst();
    }
}
