package io.fleetwall.bpf;

import io.fleetwall.policy.compiled.PortProgram;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The structures of {@code layout.h} as Java sees them. A test compares each with the BTF of the
 * compiled object, member by member.
 */
final class Layouts {
    /** Ports and addresses inside packets; everything else is in the machine's order. */
    static final ByteOrder NETWORK = ByteOrder.BIG_ENDIAN;

    private static final MemoryLayout U8 = ValueLayout.JAVA_BYTE;
    private static final MemoryLayout U16 = ValueLayout.JAVA_SHORT;
    private static final MemoryLayout U32 = ValueLayout.JAVA_INT;
    private static final MemoryLayout U64 = ValueLayout.JAVA_LONG;
    private static final MemoryLayout ADDRESS = bytes(16);

    static final StructLayout SELF_KEY =
            struct("fw_self_key", U32.withName("ifindex"), ADDRESS.withName("address"));
    static final StructLayout SOURCE_KEY =
            struct(
                    "fw_source_key",
                    U32.withName("length"),
                    U32.withName("ifindex"),
                    ADDRESS.withName("address"));
    static final StructLayout FLOW_SECRET =
            struct("fw_flow_secret", MemoryLayout.sequenceLayout(4, U64).withName("words"));
    static final StructLayout NETWORK_KEY =
            struct("fw_network_key", U32.withName("length"), ADDRESS.withName("address"));
    static final StructLayout LEARNED =
            struct(
                    "fw_learned",
                    U64.withName("expires"),
                    U32.withName("program"),
                    U32.withName("name"));
    static final StructLayout PROGRAM =
            struct(
                    "fw_program",
                    U32.withName("steps"),
                    U32.withName("unused"),
                    MemoryLayout.sequenceLayout(PortProgram.MAX_STEPS, U32).withName("starts"),
                    MemoryLayout.sequenceLayout(PortProgram.MAX_STEPS, U32).withName("outcomes"));
    static final StructLayout TABLE_META =
            struct(
                    "fw_table_meta",
                    U64.withName("revision"),
                    U32.withName("generation"),
                    U32.withName("policy"),
                    U32.withName("networks"),
                    U32.withName("unused"),
                    bytes(32).withName("digest"));
    static final StructLayout BUILD =
            struct(
                    "fw_build",
                    U32.withName("layout_version"),
                    U32.withName("complete"),
                    U64.withName("generation"),
                    bytes(32).withName("object"),
                    bytes(8).withName("tag"),
                    bytes(8).withName("inbound_tag"));
    static final StructLayout INBOUND_PORT =
            struct(
                    "fw_inbound_port",
                    U32.withName("ifindex"),
                    U16.withName("port"),
                    U8.withName("protocol"),
                    U8.withName("unused"));
    static final StructLayout EVENT =
            struct(
                    "fw_event",
                    U64.withName("time"),
                    U64.withName("stamp"),
                    U64.withName("bytes"),
                    U64.withName("packets"),
                    U64.withName("socket"),
                    ADDRESS.withName("source"),
                    ADDRESS.withName("destination"),
                    U32.withName("ifindex"),
                    U32.withName("rule"),
                    U32.withName("name"),
                    U16.withName("source_port"),
                    U16.withName("destination_port"),
                    U8.withName("protocol"),
                    U8.withName("reason"),
                    bytes(6).withName("unused"));

    /** All of them, for the test. */
    static final List<StructLayout> ALL =
            List.of(
                    SELF_KEY,
                    SOURCE_KEY,
                    FLOW_SECRET,
                    NETWORK_KEY,
                    LEARNED,
                    PROGRAM,
                    TABLE_META,
                    BUILD,
                    INBOUND_PORT,
                    EVENT);

    private Layouts() {}

    /** Byte offset of a member. */
    static long offset(StructLayout struct, String member) {
        return struct.byteOffset(PathElement.groupElement(member));
    }

    private static StructLayout struct(String name, MemoryLayout... members) {
        return MemoryLayout.structLayout(members).withName(name);
    }

    private static MemoryLayout bytes(long size) {
        return MemoryLayout.sequenceLayout(size, ValueLayout.JAVA_BYTE);
    }
}
