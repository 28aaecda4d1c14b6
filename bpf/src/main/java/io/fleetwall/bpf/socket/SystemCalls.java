package io.fleetwall.bpf.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * recvmmsg(2) and sendmmsg(2), called exactly: the handles are constants, so that a call compiles
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
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle RECVMMSG =
            handle(
                    "recvmmsg",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle SENDMMSG =
            handle(
                    "sendmmsg",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private SystemCalls() {}

    /** The layout is that of 64-bit Linux. */
    static boolean available() {
        return ADDRESS.byteSize() == 8
                && System.getProperty("os.name", "").equals("Linux")
                && LINKER.defaultLookup().find("recvmmsg").isPresent()
                && LINKER.defaultLookup().find("sendmmsg").isPresent();
    }

    /**
     * Whether sending failed because datagrams were to be taken apart: a device without checksums
     * of its own, a smaller MTU, a kernel before 4.18.
     */
    static boolean cannotSegment(int errno) {
        return errno == EIO || errno == EINVAL || errno == EMSGSIZE || errno == EOPNOTSUPP;
    }

    @SuppressWarnings("restricted") // descriptors are those of the C declarations
    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO);
    }

    /** How many messages came, or the negative errno. */
    static int receive(MemorySegment state, int descriptor, MemorySegment headers, int count) {
        try {
            int got =
                    (int)
                            RECVMMSG.invokeExact(
                                    state,
                                    descriptor,
                                    headers,
                                    count,
                                    MSG_DONTWAIT,
                                    MemorySegment.NULL);
            return got >= 0 ? got : -state.get(JAVA_INT, ERRNO_OFFSET);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("recvmmsg threw what a native call cannot throw", e);
        }
    }

    /** How many messages were sent, or the negative errno of the first. */
    static int send(MemorySegment state, int descriptor, MemorySegment headers, int count) {
        try {
            int sent = (int) SENDMMSG.invokeExact(state, descriptor, headers, count, MSG_DONTWAIT);
            return sent >= 0 ? sent : -state.get(JAVA_INT, ERRNO_OFFSET);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("sendmmsg threw what a native call cannot throw", e);
        }
    }
}
