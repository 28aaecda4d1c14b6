package io.fleetwall.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A netlink socket of this network namespace: asks the kernel and hears what it announces. For one
 * thread.
 */
final class Netlink implements AutoCloseable {
    static final int ROUTE = 0;
    static final int SOCK_DIAG = 4;
    static final int NETFILTER = 12;

    /** What the kernel sends at once to a receiver with room: NLMSG_GOODSIZE, at most 32 KiB. */
    private static final int RECEIVE_BYTES = 32 << 10;

    private static final int ADDRESS_BYTES = 12;
    private static final int POLL_BYTES = 8;
    private static final int NOBODY = -1;

    /** Something changes all the time; whoever asks so often gets what there was. */
    private static final int DUMP_TRIES = 8;

    /** The kernel answers while it is asked; a lost answer must not hang the agent. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final FileDescriptor socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment received = arena.allocate(RECEIVE_BYTES, 8);
    private final MemorySegment poll = arena.allocate(2 * POLL_BYTES, 4);
    private int sequence;

    private Netlink(FileDescriptor socket) {
        this.socket = socket;
    }

    /**
     * Opens a socket.
     *
     * @param groups a bit each of the groups that are heard
     */
    static Netlink open(int family, int groups) {
        long number =
                Libc.SOCKET.require("netlink", Libc.AF_NETLINK, Libc.SOCK_RAW_CLOEXEC, family);
        FileDescriptor socket = new FileDescriptor((int) number);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, 4);
            address.set(JAVA_SHORT, 0, (short) Libc.AF_NETLINK);
            address.set(JAVA_INT, 8, groups);
            Libc.BIND.require("netlink groups " + groups, socket.number(), address, ADDRESS_BYTES);
            return new Netlink(socket);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Asks for something to be done.
     *
     * @return 0, or the errno with which the kernel refused
     */
    int change(int type, int flags, byte[] body) {
        send(new NetlinkMessage(type, NetlinkMessage.REQUEST | NetlinkMessage.ACK | flags, body));
        while (true) {
            for (NetlinkMessage answer : answers()) {
                if (answer.type() == NetlinkMessage.ERROR) {
                    return -answer.fixed().getInt();
                }
            }
        }
    }

    /** Asks for everything of a kind, again when it changed while it was told. */
    List<NetlinkMessage> dump(int type, byte[] body) {
        for (int tries = 1; ; tries++) {
            List<NetlinkMessage> all = dumpOnce(type, body);
            boolean torn = all.stream().anyMatch(m -> (m.flags() & NetlinkMessage.TORN) != 0);
            if (!torn || tries == DUMP_TRIES) {
                return all.subList(0, all.size() - 1);
            }
        }
    }

    /** With the last message, which only says that it is the last. */
    private List<NetlinkMessage> dumpOnce(int type, byte[] body) {
        List<NetlinkMessage> all = new ArrayList<>();
        visit(type, body, all::add);
        return all;
    }

    /** Shows everything of a kind, one after the other, and last a message that says so. */
    void visit(int type, byte[] body, Consumer<NetlinkMessage> visitor) {
        send(new NetlinkMessage(type, NetlinkMessage.REQUEST | NetlinkMessage.DUMP, body));
        while (true) {
            for (NetlinkMessage answer : answers()) {
                switch (answer.type()) {
                    case NetlinkMessage.DONE -> {
                        visitor.accept(answer);
                        return;
                    }
                    case NetlinkMessage.ERROR ->
                            throw new BpfException(
                                    -answer.fixed().getInt(),
                                    "netlink",
                                    "dump " + type,
                                    Errno.hint(-answer.fixed().getInt()));
                    default -> visitor.accept(answer);
                }
            }
        }
    }

    /** Asks for one thing. */
    NetlinkMessage get(int type, byte[] body) {
        send(new NetlinkMessage(type, NetlinkMessage.REQUEST, body));
        NetlinkMessage answer = answers().getFirst();
        if (answer.type() == NetlinkMessage.ERROR) {
            int errno = -answer.fixed().getInt();
            throw new BpfException(errno, "netlink", "get " + type, Errno.hint(errno));
        }
        return answer;
    }

    private List<NetlinkMessage> answers() {
        List<NetlinkMessage> answers = receive(ANSWER);
        if (answers.isEmpty()) {
            throw new BpfException(0, "netlink", "answer", "the kernel did not answer");
        }
        return answers;
    }

    private void send(NetlinkMessage message) {
        byte[] bytes = message.encode(++sequence);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment copy = scratch.allocateFrom(JAVA_BYTE, bytes);
            Libc.SEND.require("netlink", socket.number(), copy, (long) bytes.length, 0);
        }
    }

    /**
     * What came within a time; empty when nothing did.
     *
     * @throws BpfException ENOBUFS when announcements were lost: ask for everything again
     */
    List<NetlinkMessage> receive(Duration wait) {
        return awaits(wait, NOBODY) ? received() : List.of();
    }

    /** The same, and empty as soon as it is woken. */
    List<NetlinkMessage> receive(Duration wait, Wakeup wakeup) {
        return awaits(wait, wakeup.fd()) ? received() : List.of();
    }

    private boolean awaits(Duration wait, int wakeup) {
        watch(0, socket.number());
        watch(POLL_BYTES, wakeup);
        var ready = Libc.POLL.call(poll, 2L, (int) wait.toMillis());
        if (ready.value() < 0 && ready.errno() != Errno.EINTR) {
            throw Libc.POLL.failure(ready.errno(), "netlink");
        }
        return ready.value() > 0 && poll.get(JAVA_SHORT, 6) != 0;
    }

    /** One struct pollfd; the kernel passes over negative descriptors. */
    private void watch(long at, int fd) {
        poll.set(JAVA_INT, at, fd);
        poll.set(JAVA_SHORT, at + 4, Libc.POLLIN);
        poll.set(JAVA_SHORT, at + 6, (short) 0);
    }

    private List<NetlinkMessage> received() {
        int length =
                (int)
                        Libc.RECV.require(
                                "netlink", socket.number(), received, (long) RECEIVE_BYTES, 0);
        ByteBuffer bytes = received.asSlice(0, length).asByteBuffer();
        List<NetlinkMessage> messages = new ArrayList<>();
        while (bytes.remaining() >= NetlinkMessage.HEADER_BYTES) {
            messages.add(NetlinkMessage.next(bytes));
        }
        return messages;
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }
}
