package io.fleetwall.bpf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is pinned: the program and its maps, opened.
 *
 * <p>Equal object digest means the pinned program is ours: it is adopted untouched. Another digest
 * under the same layout version means another build of the agent: its program is loaded beside, on
 * the same maps, and every link is given the new program in one step.
 */
final class Installation implements AutoCloseable {
    static final String PROGRAM = "program";
    private static final String NEXT_PROGRAM = "program_next";

    /** Every map of maps.h, pinned under its own name. */
    static final List<String> MAPS =
            List.of(
                    "build",
                    "runners",
                    "slots",
                    "net_tables",
                    "learned_tables",
                    "program_tables",
                    "table_meta",
                    "self",
                    "flows",
                    "denials",
                    "fragments",
                    "reject_schedule",
                    "counters",
                    "faults",
                    "events");

    private final FileDescriptor program;
    private final Map<String, BpfMap> maps;
    private final boolean adopted;

    private Installation(FileDescriptor program, Map<String, BpfMap> maps, boolean adopted) {
        this.program = program;
        this.maps = maps;
        this.adopted = adopted;
    }

    /** Adopts, replaces or installs. */
    static Installation open(PinDirectory pins) {
        byte[] object = KernelObject.bytes();
        byte[] digest = KernelObject.digest(object);
        boolean present = complete(pins);
        if (!present) {
            pins.removeAll();
            install(pins, object, digest);
        }
        Map<String, BpfMap> maps = openMaps(pins);
        try {
            BuildRecord build = new BuildRecord(map(maps, "build"));
            if (!Arrays.equals(build.object(), digest)) {
                replace(pins, object, maps, build);
            }
            FileDescriptor program = pins.require(PROGRAM);
            requireTag(program, build, pins);
            new Links(pins).ensureProgram(program.number());
            return new Installation(program, maps, present);
        } catch (RuntimeException e) {
            maps.values().forEach(BpfMap::close);
            throw e;
        }
    }

    private static boolean complete(PinDirectory pins) {
        Optional<FileDescriptor> build = pins.get("build");
        if (build.isEmpty()) {
            return false;
        }
        try (BpfMap map = new BpfMap("build", build.get())) {
            return new BuildRecord(map).complete();
        }
    }

    private static void install(PinDirectory pins, byte[] bytes, byte[] digest) {
        try (KernelObject object = KernelObject.load(bytes, Map.of())) {
            for (String name : MAPS) {
                pins.pin(object.mapFd(name), name);
            }
            pins.pin(object.programFd(), PROGRAM);
            try (BpfMap map = new BpfMap("build", pins.require("build"))) {
                new BuildRecord(map).complete(digest, ProgramInfo.of(object.programFd()).tag());
            }
        }
    }

    private static void replace(
            PinDirectory pins, byte[] bytes, Map<String, BpfMap> maps, BuildRecord build) {
        try (KernelObject object = KernelObject.load(bytes, maps)) {
            pins.unpin(NEXT_PROGRAM);
            pins.pin(object.programFd(), NEXT_PROGRAM);
            new Links(pins).ensureProgram(object.programFd());
            pins.rename(NEXT_PROGRAM, PROGRAM);
            build.complete(KernelObject.digest(bytes), ProgramInfo.of(object.programFd()).tag());
        }
    }

    private static Map<String, BpfMap> openMaps(PinDirectory pins) {
        Map<String, BpfMap> maps = new LinkedHashMap<>();
        try {
            for (String name : MAPS) {
                maps.put(name, new BpfMap(name, pins.require(name)));
            }
            return maps;
        } catch (RuntimeException e) {
            maps.values().forEach(BpfMap::close);
            throw e;
        }
    }

    private static void requireTag(FileDescriptor program, BuildRecord build, PinDirectory pins) {
        String found = ProgramInfo.of(program.number()).tag();
        if (!found.equals(build.tag())) {
            program.close();
            throw new BpfException(
                    0,
                    "adopt",
                    pins.path().resolve(PROGRAM).toString(),
                    "its tag is "
                            + found
                            + ", not "
                            + build.tag()
                            + ": somebody put another program there");
        }
    }

    /** Whether it stood before this agent. */
    boolean adopted() {
        return adopted;
    }

    int programFd() {
        return program.number();
    }

    BpfMap map(String name) {
        return map(maps, name);
    }

    private static BpfMap map(Map<String, BpfMap> maps, String name) {
        BpfMap map = maps.get(name);
        if (map == null) {
            throw new IllegalArgumentException("no map " + name);
        }
        return map;
    }

    @Override
    public void close() {
        program.close();
        maps.values().forEach(BpfMap::close);
    }
}
