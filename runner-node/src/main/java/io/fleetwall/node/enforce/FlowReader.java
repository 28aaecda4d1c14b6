package io.fleetwall.node.enforce;

import io.fleetwall.bpf.BootClock;
import io.fleetwall.bpf.DataPlane;
import io.fleetwall.bpf.EventReader;
import io.fleetwall.bpf.KernelEvent;
import io.fleetwall.bpf.ProcessRecord;
import io.fleetwall.node.bus.Addresses;
import io.fleetwall.node.bus.Happening;
import io.fleetwall.node.event.Aggregator;
import io.fleetwall.node.event.Untold;
import io.fleetwall.policy.compiled.CompiledRule;
import io.fleetwall.policy.document.Mode;
import io.fleetwall.policy.verdict.Reason;
import io.fleetwall.protocol.event.Destination;
import io.fleetwall.protocol.event.EventKind;
import io.fleetwall.protocol.event.Judgement;
import io.fleetwall.protocol.event.Naming;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads the kernel's event ring. A platform thread, because it spends its life in a
 * native wait. It gathers equal flows, puts names to addresses and words to rules, and sends the
 * result to the event verticle.
 */
public final class FlowReader implements AutoCloseable {
    /** A flow denied again within this is counted, not told again. */
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private static final Duration WINDOW = Duration.ofNanos(WINDOW_NANOS);

    /** Bounds how late repeats are told and how long closing takes. */
    private static final Duration WAIT = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(FlowReader.class);

    private final DataPlane plane;
    private final EventReader ring;
    private final Map<Integer, RunnerView> views;
    private final EventBus bus;
    private final InstantSource clock;
    private final Untold untold;
    private final Aggregator<Flow> flows = new Aggregator<>(WINDOW_NANOS);
    private final Aliases aliases;
    private final KnownProcesses processes = new KnownProcesses(Attribution::of, WINDOW_NANOS);
    private final Thread thread;
    private volatile boolean stopping;
    private long lostBefore;
    private long orphaned;

    private FlowReader(Enforcement node, EventBus bus, Untold untold) {
        this.plane = node.plane();
        this.ring = plane.telemetry().events();
        this.views = node.views();
        this.clock = node.clock();
        this.aliases = node.aliases();
        this.bus = bus;
        this.untold = untold;
        // A count that is below what was told is one of another kernel: it began anew.
        this.lostBefore = untold.kernelLost() <= ring.lost() ? untold.kernelLost() : 0;
        ring.counting(untold::add);
        this.thread =
                Thread.ofPlatform().name("flow-reader").stackSize(512 << 10).unstarted(this::read);
    }

    /** Starts reading. */
    public static FlowReader start(Enforcement node, EventBus bus, Untold untold) {
        FlowReader reader = new FlowReader(node, bus, untold);
        reader.thread.start();
        return reader;
    }

    /**
     * What makes two kernel events one: the program, and everything but the source port and the
     * numbers.
     */
    private record Flow(
            Sender sender,
            int ifindex,
            long stamp,
            Address destination,
            int port,
            int protocol,
            Reason reason,
            int rule) {
        static Flow of(KernelEvent e, Sender sender) {
            return new Flow(
                    sender,
                    e.ifindex(),
                    e.stamp(),
                    Address.of(e.destination()),
                    e.destinationPort(),
                    e.protocol(),
                    e.reason(),
                    e.rule());
        }

        /** The mode in the slot word; see the layout of {@code SlotState.word}. */
        Mode mode() {
            return (stamp >>> 8 & 0xff) == 0 ? Mode.ENFORCE : Mode.AUDIT;
        }
    }

    /** Who sent: the same program of the same user is the same, however often it is started. */
    private record Sender(Optional<ProcessRecord> process) {
        private String program() {
            return process.map(p -> p.uid() + " " + p.executable()).orElse("");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Sender that && program().equals(that.program());
        }

        @Override
        public int hashCode() {
            return program().hashCode();
        }
    }

    private void read() {
        while (!stopping) {
            try {
                ring.poll(WAIT, this::arrived);
                drain();
            } catch (RuntimeException e) {
                if (!stopping) {
                    LOG.atError().setCause(e).log("the event ring cannot be read");
                    pause();
                }
            }
        }
        flows.drainAll().forEach(this::repeated);
    }

    /** Keeps a ring that fails at once from becoming a busy loop. */
    private void pause() {
        try {
            Thread.sleep(WAIT);
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
    }

    private void arrived(KernelEvent event) {
        Flow flow = Flow.of(event, new Sender(plane.telemetry().process(event.socket())));
        long count = Math.max(1, event.packets());
        if (flows.add(flow, count, System.nanoTime()) == Aggregator.Verdict.SAY) {
            happening(flow, count, at(event)).ifPresent(this::send);
        }
    }

    private void repeated(Flow flow, long repeats) {
        happening(flow, repeats, clock.instant())
                .map(one -> one.over(WINDOW))
                .ifPresent(this::send);
    }

    private void send(Happening happening) {
        bus.send(Addresses.EVENT, happening);
    }

    private Instant at(KernelEvent event) {
        long ago = Math.max(0, BootClock.nanos() - event.boottimeNanos());
        return clock.instant().minusNanos(ago);
    }

    private void drain() {
        flows.drain(System.nanoTime()).forEach(this::repeated);
        long lost = flows.takeLost();
        long unread = ring.lost();
        // Orphans: of an interface that is no runner's any more, or was replaced meanwhile.
        long missing = lost + orphaned + unread - lostBefore;
        untold.add(unread - lostBefore);
        untold.kernelLost(unread);
        lostBefore = unread;
        orphaned = 0;
        if (missing > 0) {
            bus.send(Addresses.EVENT, Losses.of(missing, "packets or flows", clock.instant()));
        }
    }

    /** Empty, and counted, when nobody's interface it is. */
    private Optional<Happening> happening(Flow flow, long count, Instant at) {
        RunnerView view = views.get(flow.ifindex);
        if (view == null) {
            orphaned += count;
            return Optional.empty();
        }
        Optional<Ruling> ruling = view.under(flow.stamp);
        Destination destination = destination(flow, ruling);
        Judgement judgement = judgement(flow, ruling);
        return Optional.of(
                new Happening(
                                view.name(),
                                flow.reason.allowed()
                                        ? EventKind.FLOW_ALLOWED
                                        : EventKind.FLOW_DENIED,
                                at,
                                view.job(),
                                new Happening.Subject(
                                        Optional.of(destination),
                                        Optional.of(judgement),
                                        processes.of(flow.sender.process, System.nanoTime())),
                                count,
                                message(flow, destination, judgement))
                        .of(view.labels()));
    }

    private Destination destination(Flow flow, Optional<Ruling> ruling) {
        byte[] address = flow.destination.bytes();
        String names = ruling.map(r -> r.names().namesOf(address)).orElse("");
        return new Destination(
                Address.text(address),
                flow.port,
                protocol(flow.protocol),
                names,
                names.isEmpty() ? Naming.NONE : naming(names));
    }

    /** Only answers put names to addresses; the newest name's chain is told. */
    private Naming naming(String names) {
        int end = names.indexOf(',');
        String newest = end < 0 ? names : names.substring(0, end);
        return new Naming(Naming.Source.DNS_ANSWER, aliases.of(newest));
    }

    private static Judgement judgement(Flow flow, Optional<Ruling> ruling) {
        Optional<CompiledRule> rule =
                ruling.map(Ruling::rules)
                        .filter(rules -> flow.rule >= 1 && flow.rule <= rules.size())
                        .map(rules -> rules.get(flow.rule - 1));
        return new Judgement(
                flow.reason.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                flow.mode(),
                ruling.map(Ruling::revision).orElse(0L),
                rule.map(CompiledRule::policy).orElse(""),
                rule.map(CompiledRule::text).orElse(""),
                rule.map(CompiledRule::file).orElse(""),
                rule.map(CompiledRule::line).orElse(0));
    }

    private static String protocol(int number) {
        return switch (number) {
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 58 -> "icmpv6";
            default -> Integer.toString(number);
        };
    }

    private static String message(Flow flow, Destination to, Judgement judgement) {
        String did =
                flow.reason.allowed()
                        ? "allowed "
                        : switch (judgement.mode()) {
                            case ENFORCE -> "blocked ";
                            case AUDIT -> "would block ";
                        };
        String where = to.address() + (to.port() == 0 ? "" : " port " + to.port());
        String named = to.name().isEmpty() ? "" : " (" + to.name() + ")";
        String why = judgement.rule().isEmpty() ? judgement.reason() : judgement.rule();
        return did + to.protocol() + " to " + where + named + ": " + why;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(WAIT.multipliedBy(8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
