package io.fleetwall.bpf;

import static io.fleetwall.bpf.NativeFunction.Kind.INT;
import static io.fleetwall.bpf.NativeFunction.Kind.LONG;
import static io.fleetwall.bpf.NativeFunction.Kind.NOTHING;
import static io.fleetwall.bpf.NativeFunction.Kind.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * The functions of libbpf 1.1 the border needs, and the kernel's constants (linux/bpf.h).
 *
 * <p>libbpf 1.x sets errno on every failure, whether it returns -errno or NULL.
 */
final class Libbpf {
    static final int MAP_TYPE_HASH = 1;
    static final int MAP_TYPE_ARRAY = 2;
    static final int MAP_TYPE_LPM_TRIE = 11;
    static final int F_NO_PREALLOC = 1;
    static final int F_RDONLY_PROG = 0x80;
    static final int F_INNER_MAP = 0x1000;
    static final long ANY = 0;
    static final int TCX_INGRESS = 46;
    static final int TCX_EGRESS = 47;

    /** Link flag BPF_F_BEFORE: with no neighbour named, first of all. */
    static final int F_BEFORE = 1 << 3;

    private static final SymbolLookup LIBRARY = library();

    static final NativeFunction OBJECT_OPEN_MEM =
            function("bpf_object__open_mem", POINTER, POINTER, LONG, POINTER);
    static final NativeFunction OBJECT_LOAD = function("bpf_object__load", INT, POINTER);
    static final NativeFunction OBJECT_CLOSE =
            NativeFunction.of(LIBRARY, "bpf_object__close", NOTHING, POINTER);
    static final NativeFunction FIND_PROGRAM =
            function("bpf_object__find_program_by_name", POINTER, POINTER, POINTER);
    static final NativeFunction PROGRAM_FD = function("bpf_program__fd", INT, POINTER);
    static final NativeFunction FIND_MAP =
            function("bpf_object__find_map_by_name", POINTER, POINTER, POINTER);
    static final NativeFunction MAP_FD = function("bpf_map__fd", INT, POINTER);
    static final NativeFunction MAP_REUSE_FD = function("bpf_map__reuse_fd", INT, POINTER, INT);
    static final NativeFunction OBJ_PIN = function("bpf_obj_pin", INT, INT, POINTER);
    static final NativeFunction OBJ_GET = function("bpf_obj_get", INT, POINTER);
    static final NativeFunction OBJ_GET_INFO =
            function("bpf_obj_get_info_by_fd", INT, INT, POINTER, POINTER);
    static final NativeFunction MAP_GET_FD_BY_ID = function("bpf_map_get_fd_by_id", INT, INT);
    static final NativeFunction MAP_CREATE =
            function("bpf_map_create", INT, INT, POINTER, INT, INT, INT, POINTER);
    static final NativeFunction MAP_FREEZE = function("bpf_map_freeze", INT, INT);
    static final NativeFunction MAP_LOOKUP =
            function("bpf_map_lookup_elem", INT, INT, POINTER, POINTER);
    static final NativeFunction MAP_UPDATE =
            function("bpf_map_update_elem", INT, INT, POINTER, POINTER, LONG);
    static final NativeFunction MAP_DELETE = function("bpf_map_delete_elem", INT, INT, POINTER);
    static final NativeFunction MAP_GET_NEXT_KEY =
            function("bpf_map_get_next_key", INT, INT, POINTER, POINTER);
    static final NativeFunction MAP_UPDATE_BATCH =
            function("bpf_map_update_batch", INT, INT, POINTER, POINTER, POINTER, POINTER);
    static final NativeFunction MAP_LOOKUP_BATCH =
            function(
                    "bpf_map_lookup_batch",
                    INT,
                    INT,
                    POINTER,
                    POINTER,
                    POINTER,
                    POINTER,
                    POINTER,
                    POINTER);
    static final NativeFunction LINK_CREATE =
            function("bpf_link_create", INT, INT, INT, INT, POINTER);
    static final NativeFunction LINK_UPDATE = function("bpf_link_update", INT, INT, INT, POINTER);
    static final NativeFunction LINK_DETACH = function("bpf_link_detach", INT, INT);
    static final NativeFunction PROG_QUERY =
            function("bpf_prog_query_opts", INT, INT, INT, POINTER);
    static final NativeFunction TC_HOOK_CREATE = function("bpf_tc_hook_create", INT, POINTER);
    static final NativeFunction TC_ATTACH = function("bpf_tc_attach", INT, POINTER, POINTER);
    static final NativeFunction TC_DETACH = function("bpf_tc_detach", INT, POINTER, POINTER);
    static final NativeFunction TC_QUERY = function("bpf_tc_query", INT, POINTER, POINTER);
    static final NativeFunction PROG_TEST_RUN =
            function("bpf_prog_test_run_opts", INT, INT, POINTER);
    static final NativeFunction POSSIBLE_CPUS = function("libbpf_num_possible_cpus", INT);

    private Libbpf() {}

    /** Where a function of the library is, for a handle of the caller's own. */
    static MemorySegment symbol(String name) {
        return LIBRARY.findOrThrow(name);
    }

    private static NativeFunction function(
            String name, NativeFunction.Kind result, NativeFunction.Kind... arguments) {
        return NativeFunction.of(LIBRARY, name, result, arguments);
    }

    @SuppressWarnings("restricted") // the one library of this package
    private static SymbolLookup library() {
        try {
            SymbolLookup lookup = SymbolLookup.libraryLookup("libbpf.so.1", Arena.global());
            silence(lookup);
            return lookup;
        } catch (IllegalArgumentException e) {
            BpfException missing =
                    new BpfException(
                            Errno.ENOENT,
                            "load",
                            "libbpf.so.1",
                            "install libbpf 1.x: apt-get install libbpf1");
            missing.initCause(e);
            throw missing;
        }
    }

    /** libbpf prints to stderr by default; what it knows is in errno and, for loads, in the log. */
    private static void silence(SymbolLookup lookup) {
        NativeFunction.of(lookup, "libbpf_set_print", POINTER, POINTER).call(MemorySegment.NULL);
    }
}
