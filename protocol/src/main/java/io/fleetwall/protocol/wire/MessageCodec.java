package io.fleetwall.protocol.wire;

import io.fleetwall.protocol.message.Applied;
import io.fleetwall.protocol.message.Desired;
import io.fleetwall.protocol.message.EventAck;
import io.fleetwall.protocol.message.EventBatch;
import io.fleetwall.protocol.message.Goodbye;
import io.fleetwall.protocol.message.Heartbeat;
import io.fleetwall.protocol.message.Hello;
import io.fleetwall.protocol.message.KeysChanged;
import io.fleetwall.protocol.message.Message;
import io.fleetwall.protocol.message.NodeState;
import io.fleetwall.protocol.message.Refused;
import io.fleetwall.protocol.message.RunnerReport;
import io.fleetwall.protocol.message.ScopeChanged;
import io.fleetwall.protocol.message.Welcome;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * Messages to bytes and back: a version byte, a type byte, the fields in order. Strict in both
 * directions, because a lenient reader is what two parties disagree about.
 */
public final class MessageCodec {
    /** The newest protocol version spoken here. */
    public static final int VERSION = 2;

    /** The oldest one; a peer that speaks it is not sent what came later. */
    public static final int OLDEST = 1;

    /** A frame's bytes: a body of a million networks at 24 bytes, with a reserve. */
    public static final int MAX_FRAME = 32 << 20;

    private MessageCodec() {}

    /** The frame of one message. */
    public static byte[] encode(Message message) {
        WireWriter out = new WireWriter();
        out.u8(since(message));
        switch (message) {
            case Hello m -> hello(out, m);
            case ScopeChanged(var runner, var scope) -> {
                out.u8(2);
                out.text(runner);
                ScopeForm.write(out, scope);
            }
            case Applied m -> applied(out, m);
            case Refused m -> refused(out, m);
            case EventBatch(var boot, var first, var events) -> {
                out.u8(5);
                out.uuid(boot);
                out.i64(first);
                out.list(events, EventForm::write);
            }
            case Heartbeat(var at) -> {
                out.u8(6);
                out.instant(at);
            }
            case NodeState state -> {
                out.u8(7);
                NodeStateForm.write(out, state);
            }
            case Welcome(var version, var gateway, var heartbeat) -> {
                out.u8(64);
                out.u8(version);
                out.text(gateway);
                out.i64(heartbeat.toMillis());
            }
            case Desired(var runner, var policy) -> {
                out.u8(65);
                out.text(runner);
                SignedPolicyForm.write(out, policy);
            }
            case EventAck(var boot, var sequence) -> {
                out.u8(66);
                out.uuid(boot);
                out.i64(sequence);
            }
            case Goodbye(var reason, var after) -> {
                out.u8(67);
                out.text(reason);
                out.i64(after.toMillis());
            }
            case KeysChanged(var statements) -> {
                out.u8(68);
                out.list(statements, KeyStatementForm::write);
            }
        }
        return out.bytes();
    }

    /** The message of one frame. */
    public static Message decode(byte[] frame) throws MalformedMessageException {
        WireReader in = new WireReader(frame);
        if (frame.length > MAX_FRAME) {
            throw new MalformedMessageException(
                    MalformedMessageException.SIZE, 0, "frame of " + frame.length + " bytes");
        }
        int version = in.u8();
        if (!speaks(version)) {
            throw new MalformedMessageException(
                    MalformedMessageException.VERSION,
                    1,
                    "protocol version "
                            + version
                            + ", this side speaks "
                            + OLDEST
                            + " to "
                            + VERSION);
        }
        Message message = body(in, in.u8());
        in.end();
        if (version != since(message)) {
            throw in.malformed("a message of another protocol version than " + version);
        }
        return message;
    }

    /** The version with which a message got its form: what its frames begin with. */
    private static int since(Message message) {
        return switch (message) {
            case NodeState _ -> NodeState.SINCE;
            case KeysChanged _ -> KeysChanged.SINCE;
            default -> OLDEST;
        };
    }

    /**
     * The version two sides speak, of the newest that each knows; empty when the other's is older
     * than all that are spoken here.
     */
    public static OptionalInt agreed(int theirs) {
        return theirs < OLDEST ? OptionalInt.empty() : OptionalInt.of(Math.min(theirs, VERSION));
    }

    /** Whether this side speaks exactly this version. */
    public static boolean speaks(int version) {
        return version >= OLDEST && version <= VERSION;
    }

    private static Message body(WireReader in, int type) throws MalformedMessageException {
        return switch (type) {
            case 1 ->
                    new Hello(
                            in.u8(),
                            in.text(),
                            in.uuid(),
                            in.text(),
                            in.text(),
                            in.list(MessageCodec::runner));
            case 2 -> new ScopeChanged(in.text(), ScopeForm.read(in));
            case 3 -> new Applied(in.text(), in.i64(), in.digest(), in.digest(), in.i64());
            case 4 ->
                    new Refused(in.text(), in.i64(), in.digest(), in.text(), in.text(), in.text());
            case 5 -> events(in);
            case 6 -> new Heartbeat(in.instant());
            case 7 -> NodeStateForm.read(in);
            case 64 -> new Welcome(in.u8(), in.text(), Duration.ofMillis(in.positive()));
            case 65 -> new Desired(in.text(), SignedPolicyForm.read(in));
            case 66 -> new EventAck(in.uuid(), in.positive());
            case 67 -> new Goodbye(in.text(), Duration.ofMillis(in.i64()));
            case 68 -> new KeysChanged(in.list(KeyStatementForm::read));
            default -> throw in.malformed("unknown message type " + type);
        };
    }

    private static EventBatch events(WireReader in) throws MalformedMessageException {
        var boot = in.uuid();
        long first = in.positive();
        var events = in.list(EventForm::read);
        if (events.isEmpty() || events.size() > EventBatch.MAX_EVENTS) {
            throw in.malformed("batch of " + events.size() + " events");
        }
        return new EventBatch(boot, first, events);
    }

    private static void hello(WireWriter out, Hello m) {
        out.u8(1);
        out.u8(m.version());
        out.text(m.node());
        out.uuid(m.boot());
        out.text(m.agentVersion());
        out.text(m.kernel());
        out.list(m.runners(), MessageCodec::runner);
    }

    private static void applied(WireWriter out, Applied m) {
        out.u8(3);
        out.text(m.runner());
        out.i64(m.revision());
        out.digest(m.scope());
        out.digest(m.policy());
        out.i64(m.micros());
    }

    private static void refused(WireWriter out, Refused m) {
        out.u8(4);
        out.text(m.runner());
        out.i64(m.revision());
        out.digest(m.policy());
        out.text(m.code());
        out.text(m.problem());
        out.text(m.hint());
    }

    private static void runner(WireWriter out, RunnerReport report) {
        out.text(report.runner());
        out.text(report.interfaceName());
        ScopeForm.write(out, report.scope());
        out.i64(report.revision());
        out.digest(report.policy());
    }

    private static RunnerReport runner(WireReader in) throws MalformedMessageException {
        return new RunnerReport(in.text(), in.text(), ScopeForm.read(in), in.i64(), in.digest());
    }
}
