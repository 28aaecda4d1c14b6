package io.fleetwall.bpf;

/** The errno values that BPF calls answer with: names, and likely causes. Numbers of Linux. */
final class Errno {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int E2BIG = 7;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int ENOLINK = 67;
    static final int ENOBUFS = 105;

    private Errno() {}

    /** For messages: name, number, meaning. */
    static String describe(int errno) {
        return switch (errno) {
            case 0 -> "unexpected result";
            case EPERM -> "EPERM (1) operation not permitted";
            case ENOENT -> "ENOENT (2) no such entry";
            case EINTR -> "EINTR (4) interrupted";
            case E2BIG -> "E2BIG (7) too big or full";
            case EAGAIN -> "EAGAIN (11) try again";
            case ENOMEM -> "ENOMEM (12) out of memory";
            case EACCES -> "EACCES (13) permission denied";
            case EBUSY -> "EBUSY (16) busy";
            case EEXIST -> "EEXIST (17) exists already";
            case ENODEV -> "ENODEV (19) no such device";
            case EINVAL -> "EINVAL (22) invalid argument";
            case ENOSPC -> "ENOSPC (28) no space";
            case ENOBUFS -> "ENOBUFS (105) the receiver was too slow";
            default -> "errno " + errno;
        };
    }

    /** The likely cause, where the operation has no better one. */
    static String hint(int errno) {
        return switch (errno) {
            case EPERM, EACCES ->
                    "needs root, or CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON; in a container also"
                            + " bpffs mounted writable";
            case E2BIG, ENOSPC -> "a table is full: see the limits in limits.h";
            case ENOMEM -> "memory or RLIMIT_MEMLOCK used up";
            case ENODEV -> "the interface is gone";
            case EBUSY -> "somebody else holds it";
            case EINVAL -> "the kernel does not know this operation: `fleetwall doctor` says which";
            default -> "see bpf(2)";
        };
    }
}
