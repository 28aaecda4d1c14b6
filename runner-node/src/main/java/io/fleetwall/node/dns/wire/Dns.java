package io.fleetwall.node.dns.wire;

/** Numbers of the DNS protocol (IANA "Domain Name System Parameters") that this proxy speaks. */
public final class Dns {
    public static final int HEADER = 12;

    public static final int CLASS_IN = 1;

    public static final int A = 1;
    public static final int NS = 2;
    public static final int CNAME = 5;
    public static final int SOA = 6;
    public static final int PTR = 12;
    public static final int MX = 15;
    public static final int AAAA = 28;
    public static final int SRV = 33;
    public static final int DNAME = 39;
    public static final int OPT = 41;
    public static final int RRSIG = 46;
    public static final int NSEC = 47;
    public static final int NSEC3 = 50;
    public static final int SVCB = 64;
    public static final int HTTPS = 65;
    public static final int ANY = 255;

    public static final int QR = 0x8000;
    public static final int OPCODE = 0x7800;
    public static final int TC = 0x0200;
    public static final int RD = 0x0100;
    public static final int RA = 0x0080;
    public static final int AD = 0x0020;
    public static final int CD = 0x0010;
    public static final int RCODE = 0x000f;

    public static final int NOERROR = 0;
    public static final int FORMERR = 1;
    public static final int SERVFAIL = 2;
    public static final int NXDOMAIN = 3;
    public static final int NOTIMP = 4;
    public static final int REFUSED = 5;

    /** Extended RCODE (RFC 6891): the upper eight bits travel in the OPT record. */
    public static final int BADVERS = 16;

    /** EDNS payload that survives common paths unfragmented (DNS flag day 2020). */
    public static final int EDNS_PAYLOAD = 1232;

    /** UDP payload of a client without EDNS (RFC 1035 section 4.2.1). */
    public static final int PLAIN_PAYLOAD = 512;

    private Dns() {}
}
