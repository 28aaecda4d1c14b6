package io.fleetwall.policy.document;

import io.fleetwall.policy.document.Problem.Severity;

/**
 * Every kind of problem a policy source can have. Codes are stable and never reused: people search
 * for them, and {@code docs/policy-reference.md} explains each (a test compares the two).
 */
public enum ProblemCode {
    // The bytes and the YAML
    SYNTAX("FW-P001", Severity.ERROR),
    ENCODING("FW-P002", Severity.ERROR),
    FILE_SIZE("FW-P003", Severity.ERROR),
    DOCUMENT_COUNT("FW-P004", Severity.ERROR),
    ALIAS("FW-P005", Severity.ERROR),
    TAG("FW-P006", Severity.ERROR),
    // The shape
    UNKNOWN_KEY("FW-P010", Severity.ERROR),
    DUPLICATE_KEY("FW-P011", Severity.ERROR),
    MISSING_KEY("FW-P012", Severity.ERROR),
    WRONG_TYPE("FW-P013", Severity.ERROR),
    NOT_ONE_OF("FW-P014", Severity.ERROR),
    API_VERSION("FW-P015", Severity.ERROR),
    NAME("FW-P016", Severity.ERROR),
    PACK_KEY("FW-P017", Severity.ERROR),
    TEXT("FW-P018", Severity.ERROR),
    QUERY_TYPE("FW-P019", Severity.ERROR),
    // Hosts
    HOST("FW-P020", Severity.ERROR),
    HOST_NOT_ASCII("FW-P021", Severity.ERROR),
    HOST_TRAILING_DOT("FW-P022", Severity.ERROR),
    HOST_WILDCARD("FW-P023", Severity.ERROR),
    HOST_PUBLIC_SUFFIX("FW-P024", Severity.ERROR),
    HOST_SHARED_ZONE("FW-P025", Severity.WARNING),
    HOST_IS_ADDRESS("FW-P026", Severity.ERROR),
    // Networks
    NETWORK("FW-P030", Severity.ERROR),
    NETWORK_HOST_BITS("FW-P031", Severity.ERROR),
    NETWORK_EMBEDDED("FW-P032", Severity.ERROR),
    NETWORK_WIDE("FW-P033", Severity.WARNING),
    // Ports
    PORT("FW-P040", Severity.ERROR),
    PORT_RANGE("FW-P041", Severity.ERROR),
    PORTS_EMPTY("FW-P042", Severity.ERROR),
    PORT_DNS("FW-P043", Severity.WARNING),
    PORT_OVERLAP("FW-P044", Severity.WARNING),
    // Rules
    RULE_SUBJECT("FW-P050", Severity.ERROR),
    EXPIRES("FW-P051", Severity.ERROR),
    EXPIRED("FW-P052", Severity.WARNING),
    // Match
    MATCH("FW-P060", Severity.ERROR),
    MATCH_NEVER("FW-P061", Severity.WARNING),
    // Between documents
    DUPLICATE_NAME("FW-P070", Severity.ERROR),
    INCLUDE_UNKNOWN("FW-P071", Severity.ERROR),
    INCLUDE_CYCLE("FW-P072", Severity.ERROR),
    INCLUDE_NOT_PACK("FW-P073", Severity.ERROR),
    INCLUDE_TWICE("FW-P074", Severity.WARNING),
    // The directory
    SOURCE_PATH("FW-P080", Severity.ERROR),
    SOURCES_SIZE("FW-P081", Severity.ERROR),
    SOURCE_UNREADABLE("FW-P082", Severity.ERROR),
    SOURCE_EXTENSION("FW-P083", Severity.WARNING),
    // The compiler's limits
    LIMIT_STEPS("FW-P090", Severity.ERROR),
    LIMIT_PROGRAMS("FW-P091", Severity.ERROR),
    LIMIT_NETWORKS("FW-P092", Severity.ERROR),
    LIMIT_HOSTS("FW-P093", Severity.ERROR),
    LIMIT_RULES("FW-P094", Severity.ERROR),
    LIMIT_BYTES("FW-P095", Severity.ERROR);

    private final String code;
    private final Severity severity;

    ProblemCode(String code, Severity severity) {
        this.code = code;
        this.severity = severity;
    }

    /** The code people see. */
    public String code() {
        return code;
    }

    /** Whether it refuses the source. */
    public Severity severity() {
        return severity;
    }
}
