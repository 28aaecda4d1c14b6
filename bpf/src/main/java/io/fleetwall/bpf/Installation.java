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
 * the same maps; {@link Runners#adopt} then gives it to every hook, each in one step.
 */
final class Installation implements AutoCloseable {
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
                    "sources",
                    "flows",
                    "flow_secret",
                    "denials",
                    "fragments",
                    "agent",
                    "inbound_ports",
                    "inbound_flows",
                    "reject_schedule",
                    "event_shares",
                    "counters",
                    "faults",
                    "events");

    private final LoadedPrograms programs;
    private final Map<String, BpfMap> maps;
    private final boolean adopted;

    private Installation(LoadedPrograms programs, Map<String, BpfMap> maps, boolean adopted) {
        this.programs = programs;
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
            LoadedPrograms programs = LoadedPrograms.open(pins);
            requireTags(programs, build, pins);
            return new Installation(programs, maps, present);
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
            LoadedPrograms.pin(pins, object);
            try (BpfMap map = new BpfMap("build", pins.require("build"))) {
                new BuildRecord(map).complete(digest, LoadedPrograms.tags(object));
            }
        }
    }

    private static void replace(
            PinDirectory pins, byte[] bytes, Map<String, BpfMap> maps, BuildRecord build) {
        try (KernelObject object = KernelObject.load(bytes, maps)) {
            LoadedPrograms.replace(pins, object);
            build.complete(KernelObject.digest(bytes), LoadedPrograms.tags(object));
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

    private static void requireTags(LoadedPrograms programs, BuildRecord build, PinDirectory pins) {
        BuildRecord.Tags found = programs.tags();
        if (!found.same(build.tags())) {
            programs.close();
            throw new BpfException(
                    0,
                    "adopt",
                    pins.path().toString(),
                    "the tags of its programs are "
                            + found
                            + ", not "
                            + build.tags()
                            + ": somebody put another program there");
        }
    }

    /** Whether it stood before this agent. */
    boolean adopted() {
        return adopted;
    }

    LoadedPrograms programs() {
        return programs;
    }

    /** A second copy of the programs, on the same maps. */
    KernelObject copy() {
        return KernelObject.load(KernelObject.bytes(), maps);
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
        programs.close();
        maps.values().forEach(BpfMap::close);
    }
}
