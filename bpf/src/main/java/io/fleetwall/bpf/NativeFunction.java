package io.fleetwall.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.stream.Stream;

/**
 * One C function whose errno is looked at after every call.
 *
 * <p>Integers of any width come back as {@code long}, pointers as their address, so that there is
 * one way to call and one way to check.
 */
final class NativeFunction {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final MemoryLayout POINTER = ValueLayout.ADDRESS;

    /** What keeps errno for the caller, and where it is in {@code captureStateLayout}. */
    static final Linker.Option ERRNO_STATE = Linker.Option.captureCallState("errno");

    static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private final String name;
    private final MethodHandle handle;

    private NativeFunction(String name, MethodHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    /** A function of a library; a missing one is a {@link BpfException} at the first use. */
    @SuppressWarnings("restricted") // descriptors are those of the C declarations
    static NativeFunction of(
            SymbolLookup library,
            String name,
            FunctionDescriptor descriptor,
            Linker.Option... options) {
        MemorySegment symbol =
                library.find(name)
                        .orElseThrow(() ->
                                new BpfException(
                                        0,
                                        "look up",
                                        name,
                                        "this libbpf or libc is older than the agent"
                                                + " needs (libbpf 1.0)"));
        Linker.Option[] all =
                Stream.concat(Stream.of(ERRNO_STATE), Stream.of(options))
                        .toArray(Linker.Option[]::new);
        MethodHandle raw = Linker.nativeLinker().downcallHandle(symbol, descriptor, all);
        int arguments = raw.type().parameterCount();
        MethodHandle spread =
                raw.asType(raw.type().generic())
                        .asSpreader(Object[].class, arguments)
                        .asType(MethodType.methodType(Object.class, Object[].class));
        return new NativeFunction(name, spread);
    }

    /** What a call returned, and errno as it stood right after it. */
    record Returned(long value, int errno) {}

    /** Calls it with Integer, Long and MemorySegment arguments, exactly as described. */
    Returned call(Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            Object[] all = new Object[arguments.length + 1];
            all[0] = state;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            Object value = (Object) handle.invokeExact(all);
            return new Returned(widen(value), state.get(INT, ERRNO_OFFSET));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(name + " threw what a native call cannot throw", e);
        }
    }

    /** Calls it; a negative result is a {@link BpfException}. */
    long require(String subject, Object... arguments) {
        Returned returned = call(arguments);
        if (returned.value() < 0) {
            throw failure(returned.errno(), subject);
        }
        return returned.value();
    }

    /** Calls a function that returns a pointer; NULL is a {@link BpfException}. */
    MemorySegment requirePointer(String subject, Object... arguments) {
        Returned returned = call(arguments);
        if (returned.value() == 0) {
            throw failure(returned.errno(), subject);
        }
        return MemorySegment.ofAddress(returned.value());
    }

    /** The exception for a failed call on a subject. */
    BpfException failure(int errno, String subject) {
        return new BpfException(errno, name, subject, Errno.hint(errno));
    }

    private static long widen(@org.jspecify.annotations.Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Integer i -> i;
            case Long l -> l;
            case MemorySegment pointer -> pointer.address();
            default -> throw new AssertionError(value.getClass());
        };
    }
}
