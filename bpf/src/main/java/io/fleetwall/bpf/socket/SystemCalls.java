package io.fleetwall.bpf.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.fleetwall.bpf.border.NativeCall;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * recvmmsg(2) and sendmmsg(2), called exactly: the functions are constants, so that a call compiles
 * to a call and allocates nothing.
 */
final class SystemCalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;

    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    private static final int EOPNOTSUPP = 95;

    static final int AF_INET = 2;

    private static final int MSG_DONTWAIT = 0x40;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemorySegment RECVMMSG = function("recvmmsg");
    private static final MemorySegment SENDMMSG = function("sendmmsg");

    private SystemCalls() {}

    /** The layout is that of 64-bit Linux. */
    static boolean available() {
        return ADDRESS.byteSize() == 8
                && System.getProperty("os.name", "").equals("Linux")
                && !RECVMMSG.equals(MemorySegment.NULL)
                && !SENDMMSG.equals(MemorySegment.NULL);
    }

    /**
     * Whether sending failed because datagrams were to be taken apart: a device without checksums
     * of its own, a smaller MTU, a kernel before 4.18.
     */
    static boolean cannotSegment(int errno) {
        return errno == EIO || errno == EINVAL || errno == EMSGSIZE || errno == EOPNOTSUPP;
    }

    private static MemorySegment function(String name) {
        return LINKER.defaultLookup().find(name).orElse(MemorySegment.NULL);
    }

    /** How many messages came, or the negative errno. The caller keeps the headers alive. */
    static int receive(MemorySegment state, int descriptor, long headers, int count) {
        try {
            long got =
                    (long)
                            NativeCall.CALL.invokeExact(
                                    RECVMMSG,
                                    state,
                                    (long) descriptor,
                                    headers,
                                    (long) count,
                                    (long) MSG_DONTWAIT,
                                    0L,
                                    0L,
                                    0L);
            return (int) got >= 0 ? (int) got : -NativeCall.errno(state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("recvmmsg threw what a native call cannot throw", e);
        }
    }

    /** How many messages were sent, or the negative errno of the first. */
    static int send(MemorySegment state, int descriptor, long headers, int count) {
        try {
            long sent =
                    (long)
                            NativeCall.CALL.invokeExact(
                                    SENDMMSG,
                                    state,
                                    (long) descriptor,
                                    headers,
                                    (long) count,
                                    (long) MSG_DONTWAIT,
                                    0L,
                                    0L,
                                    0L);
            return (int) sent >= 0 ? (int) sent : -NativeCall.errno(state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("sendmmsg threw what a native call cannot throw", e);
        }
    }
}
