package io.fleetwall.bpf;

import io.fleetwall.bpf.border.NativeCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.ref.Reference;
import java.util.List;

/**
 * One C function whose errno is looked at after every call.
 *
 * <p>Integers of any width come back as {@code long}, pointers as their address, so that there is
 * one way to call and one way to check.
 */
final class NativeFunction {
    private final String name;
    private final MemorySegment symbol;
    private final Kind result;
    private final List<Kind> arguments;

    /** What a word of a call is in C. */
    enum Kind {
        NOTHING,
        INT,
        LONG,
        POINTER;

        /** An argument of this kind as a word. */
        private long word(Object argument) {
            return switch (this) {
                case INT -> (Integer) argument;
                case LONG -> (Long) argument;
                case POINTER -> address((MemorySegment) argument);
                case NOTHING -> throw new IllegalArgumentException("nothing is no argument");
            };
        }

        /** An int fills the lower half of a word, and what is above it is anything. */
        private long result(long word) {
            return switch (this) {
                case INT -> (int) word;
                case LONG, POINTER -> word;
                case NOTHING -> 0;
            };
        }

        private static long address(MemorySegment segment) {
            if (!segment.isNative() || !segment.scope().isAlive()) {
                throw new IllegalArgumentException("memory that C cannot or must not see");
            }
            return segment.address();
        }
    }

    private NativeFunction(String name, MemorySegment symbol, Kind result, List<Kind> arguments) {
        this.name = name;
        this.symbol = symbol;
        this.result = result;
        this.arguments = arguments;
    }

    /** A function of a library; a missing one is a {@link BpfException} at the first use. */
    static NativeFunction of(SymbolLookup library, String name, Kind result, Kind... arguments) {
        MemorySegment symbol =
                library.find(name)
                        .orElseThrow(() ->
                                new BpfException(
                                        0,
                                        "look up",
                                        name,
                                        "this libbpf or libc is older than the agent"
                                                + " needs (libbpf 1.0)"));
        return new NativeFunction(name, symbol, result, List.of(arguments));
    }

    /** What a call returned, and errno as it stood right after it. */
    record Returned(long value, int errno) {}

    /** Calls it with Integer, Long and MemorySegment arguments, exactly as declared. */
    Returned call(Object... given) {
        long[] words = words(given);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = NativeCall.state(arena);
            long word =
                    (long)
                            NativeCall.CALL.invokeExact(
                                    symbol, state, words[0], words[1], words[2], words[3], words[4],
                                    words[5], words[6]);
            return new Returned(result.result(word), NativeCall.errno(state));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(name + " threw what a native call cannot throw", e);
        } finally {
            Reference.reachabilityFence(given); // and the memory that C was given
        }
    }

    private long[] words(Object... given) {
        if (given.length != arguments.size()) {
            throw new IllegalArgumentException(name + " has " + arguments.size() + " arguments");
        }
        long[] words = new long[NativeCall.WORDS];
        for (int i = 0; i < given.length; i++) {
            words[i] = arguments.get(i).word(given[i]);
        }
        return words;
    }

    /** Calls it; a negative result is a {@link BpfException}. */
    long require(String subject, Object... given) {
        Returned returned = call(given);
        if (returned.value() < 0) {
            throw failure(returned.errno(), subject);
        }
        return returned.value();
    }

    /** Calls a function that returns a pointer; NULL is a {@link BpfException}. */
    MemorySegment requirePointer(String subject, Object... given) {
        Returned returned = call(given);
        if (returned.value() == 0) {
            throw failure(returned.errno(), subject);
        }
        return MemorySegment.ofAddress(returned.value());
    }

    /** The exception for a failed call on a subject. */
    BpfException failure(int errno, String subject) {
        return new BpfException(errno, name, subject, Errno.hint(errno));
    }
}
