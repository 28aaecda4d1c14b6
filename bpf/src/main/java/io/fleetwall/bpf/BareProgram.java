package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.fleetwall.policy.compiled.NetworkEntry;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/**
 * A TC program from any object file, attached to nothing: what benchmarks hold the data plane's
 * program against, under the same clock. Gone when closed.
 */
public final class BareProgram implements AutoCloseable {
    private final KernelObject object;
    private final String name;

    private BareProgram(KernelObject object, String name) {
        this.object = object;
        this.name = name;
    }

    /**
     * Loads a program and its maps.
     *
     * @param object an ELF file as clang writes it
     * @throws BpfException with the verifier's last words when the kernel refuses it
     */
    public static BareProgram load(byte[] object, String name) {
        return new BareProgram(KernelObject.load(object, Map.of()), name);
    }

    /** Fills a longest-prefix map with prefixes, keyed as those of a table set. */
    public void putNetworks(String map, List<NetworkEntry> networks) {
        Networks.writeAll(map(map), networks);
    }

    /** Writes the first element of an array. */
    public void put(String map, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            map(map).update(0, arena.allocateFrom(JAVA_BYTE, value));
        }
    }

    /** Puts a program into the first element of a program array, for tail calls. */
    public void goOnIn(String map, BareProgram next) {
        goOnIn(map, next.fd());
    }

    /** Puts the data plane's program into the first element of a program array. */
    public void goOnIn(String map, DataPlane next) {
        goOnIn(map, next.programs().judge().number());
    }

    private void goOnIn(String map, int program) {
        try (Arena arena = Arena.ofConfined()) {
            map(map).update(0, arena.allocateFrom(JAVA_INT, program));
        }
    }

    /** The descriptor stays the object's: nobody closes this one. */
    private BpfMap map(String map) {
        return new BpfMap(map, new FileDescriptor(object.mapFd(map)));
    }

    private int fd() {
        return object.programFd(name);
    }

    /** Runs it so many times on one frame, as {@link TestRuns#run(int, byte[], int)} does. */
    public TestRun testRun(int ifindex, byte[] frame, int repeat) {
        return TestRunner.run(fd(), ifindex, frame, repeat);
    }

    @Override
    public void close() {
        object.close();
    }
}
