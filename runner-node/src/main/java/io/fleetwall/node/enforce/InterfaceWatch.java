package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BpfException;
import io.fleetwall.bpf.Link;
import io.fleetwall.bpf.LinkEvent;
import io.fleetwall.bpf.LinkWatch;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of interfaces and addresses the moment the kernel has them, so that nobody has to wait for
 * the next beat. On a platform thread: waiting for netlink keeps its carrier.
 *
 * <p>It only says where to look. Whoever looks asks the kernel, each second also without being
 * told: a lost announcement costs a second.
 */
public final class InterfaceWatch implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(InterfaceWatch.class);

    private final LinkBook book;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Object handOver = new Object();
    private Consumer<Set<String>> listener = _ -> {};
    private @Nullable LinkWatch watch;
    private boolean closed;

    private InterfaceWatch(LinkBook book) {
        this.book = book;
    }

    /**
     * Opens it; what there is now is known when this returns.
     *
     * @throws BpfException when the kernel does not announce
     */
    public static InterfaceWatch open(Enforcement node) {
        InterfaceWatch watch = new InterfaceWatch(node.links());
        LinkWatch first = watch.reopen();
        watch.note(first.next(Duration.ZERO));
        Thread.ofPlatform().daemon().name("interfaces").start(watch::listen);
        return watch;
    }

    /** From now on, {@code next} hears the names of interfaces that are not as they were. */
    public void follow(Consumer<Set<String>> next) {
        synchronized (handOver) {
            listener = next;
        }
    }

    private synchronized LinkWatch reopen() {
        if (watch != null) {
            watch.close();
        }
        book.clear();
        watch = LinkWatch.open();
        return watch;
    }

    private synchronized @Nullable LinkWatch current() {
        return closed ? null : watch;
    }

    private void listen() {
        try {
            for (LinkWatch now = current(); now != null; now = current()) {
                hear(now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear(LinkWatch now) throws InterruptedException {
        try {
            Set<String> names = note(now.next(WAIT));
            if (!names.isEmpty()) {
                synchronized (handOver) {
                    listener.accept(names);
                }
            }
        } catch (BpfException e) {
            LOG.atError().setCause(e).log("interfaces cannot be watched; tried again");
            if (!stopped.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                retry();
            }
        } catch (IllegalStateException e) {
            if (current() != null) {
                throw e;
            }
        }
    }

    private void retry() {
        try {
            if (current() != null) {
                reopen();
            }
        } catch (BpfException e) {
            LOG.atError().setCause(e).log("interfaces cannot be watched");
        }
    }

    private Set<String> note(List<LinkEvent> events) {
        Set<String> names = new HashSet<>();
        for (LinkEvent event : events) {
            if (event instanceof LinkEvent.Gone(Link link)) {
                names.add(link.name());
            }
            book.name(event.ifindex()).ifPresent(names::add); // as it was called
            book.note(event);
            book.name(event.ifindex()).ifPresent(names::add); // and is
        }
        return names;
    }

    @Override
    public void close() {
        LinkWatch last;
        synchronized (this) {
            closed = true;
            last = watch;
        }
        stopped.countDown();
        if (last != null) {
            last.close();
        }
    }
}
