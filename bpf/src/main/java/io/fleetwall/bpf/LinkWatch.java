package io.fleetwall.bpf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells which interfaces and addresses this network namespace has, and every change (rtnetlink).
 *
 * <p>First it tells all there is; then what the kernel announces. When announcements were lost,
 * because nobody asked for long, it compares everything anew and tells what changed: a reader that
 * applies every event is right in the end. What did not change is not told twice.
 */
public final class LinkWatch implements AutoCloseable {
    /**
     * At once, before they are told: machines that make interfaces all the time must not starve.
     */
    private static final int RECEIVES = 256;

    private final ReentrantLock reading = new ReentrantLock();
    private final Wakeup wakeup = new Wakeup();
    private final Map<Integer, Link> links = new HashMap<>();
    private final Set<LinkEvent.AddressAdded> addresses = new LinkedHashSet<>();
    private final List<LinkEvent> told = new ArrayList<>();
    private Netlink netlink;
    private long overruns;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LinkWatch() {
        netlink = Netlink.open(Netlink.ROUTE, LinkMessages.GROUPS);
    }

    /** Subscribes in the network namespace of the calling thread. */
    public static LinkWatch open() {
        LinkWatch watch = new LinkWatch();
        try {
            watch.compareAll();
            return watch;
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    /**
     * The next events, in order; the first call gives everything there is. Empty when none came in
     * time, or when it is closed meanwhile. A wait keeps its carrier thread: from a virtual thread
     * ask with {@link Duration#ZERO} and sleep in between, or wait on a platform thread.
     *
     * @throws IllegalStateException when it was closed before
     */
    public List<LinkEvent> next(Duration wait) {
        reading.lock();
        try {
            if (closed.get()) {
                throw new IllegalStateException("closed");
            }
            if (told.isEmpty()) {
                hear(wait);
            }
            List<LinkEvent> events = List.copyOf(told);
            told.clear();
            return events;
        } finally {
            reading.unlock();
        }
    }

    /** How often announcements were lost and everything was compared anew. */
    public long overruns() {
        reading.lock();
        try {
            return overruns;
        } finally {
            reading.unlock();
        }
    }

    /** Whether a thread waits in {@link #next}. */
    boolean awaited() {
        return reading.isLocked();
    }

    private void hear(Duration wait) {
        try {
            List<NetlinkMessage> messages = netlink.receive(wait, wakeup);
            for (int more = RECEIVES; more > 0 && !messages.isEmpty(); more--) {
                messages.forEach(message -> LinkMessages.read(message).ifPresent(this::apply));
                messages = netlink.receive(Duration.ZERO, wakeup);
            }
        } catch (BpfException e) {
            if (e.errno() != Errno.ENOBUFS) {
                throw e;
            }
            overruns++;
            resubscribe();
        }
    }

    /** A socket of its own: what still waits in the old one is older than the comparison. */
    private void resubscribe() {
        Netlink fresh = Netlink.open(Netlink.ROUTE, LinkMessages.GROUPS);
        netlink.close();
        netlink = fresh;
        compareAll();
    }

    private void compareAll() {
        List<LinkEvent> all = LinkMessages.dump();
        Set<Integer> present = new HashSet<>();
        all.forEach(event -> {
            if (event instanceof LinkEvent.Present) {
                present.add(event.ifindex());
            }
        });
        for (LinkEvent.AddressAdded known : List.copyOf(addresses)) {
            if (!all.contains(known)) {
                apply(removed(known));
            }
        }
        for (Link known : List.copyOf(links.values())) {
            if (!present.contains(known.ifindex())) {
                apply(new LinkEvent.Gone(known));
            }
        }
        all.forEach(this::apply);
    }

    private void apply(LinkEvent event) {
        switch (event) {
            case LinkEvent.Present present -> {
                Link link = present.link();
                Link former = links.put(link.ifindex(), link);
                if (former == null || !former.equals(link)) {
                    told.add(present);
                }
            }
            case LinkEvent.Gone gone -> {
                Link known = links.get(gone.ifindex());
                if (known != null) {
                    addressesOf(gone.ifindex()).forEach(address -> apply(removed(address)));
                    links.remove(gone.ifindex());
                    told.add(new LinkEvent.Gone(known));
                }
            }
            case LinkEvent.AddressAdded added -> {
                if (addresses.add(added)) {
                    told.add(added);
                }
            }
            case LinkEvent.AddressRemoved removed -> {
                if (addresses.remove(
                        new LinkEvent.AddressAdded(
                                removed.ifindex(), removed.address(), removed.prefixLength()))) {
                    told.add(removed);
                }
            }
        }
    }

    private List<LinkEvent.AddressAdded> addressesOf(int ifindex) {
        return addresses.stream().filter(address -> address.ifindex() == ifindex).toList();
    }

    private static LinkEvent.AddressRemoved removed(LinkEvent.AddressAdded address) {
        return new LinkEvent.AddressRemoved(
                address.ifindex(), address.address(), address.prefixLength());
    }

    /** Ends the subscription; a call of {@link #next} that waits returns. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        wakeup.wake();
        reading.lock();
        try {
            netlink.close();
            wakeup.close();
        } finally {
            reading.unlock();
        }
    }
}
