package io.fleetwall.cli.doctor;

import io.fleetwall.cli.Surroundings;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.doctor.Check.State;
import io.fleetwall.cli.gateway.GatewayClient;
import io.fleetwall.cli.gateway.GatewayRefusal;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Whether Fleetwall's own services answer. */
final class ServiceChecks {
    private ServiceChecks() {}

    static Check gateway(Surroundings surroundings) {
        String name = surroundings.api().toString();
        try (GatewayClient gateway = new GatewayClient(surroundings)) {
            gateway.get("health/ready");
            gateway.get("policies/revisions?limit=1");
            return new Check("gateway", name, State.FINE, "ready, and takes the token", "");
        } catch (GatewayRefusal no) {
            return new Check("gateway", name, State.WEAK, no.text(), no.hint());
        } catch (ToolException e) {
            return new Check(
                    "gateway",
                    name,
                    State.WEAK,
                    String.valueOf(e.getMessage()),
                    "start it (`./fleetwall gateway`), or set FLEETWALL_API");
        }
    }

    static Check node(Surroundings surroundings) {
        Path socket = surroundings.jobSocket();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new Check("node", socket.toString(), State.FINE, "takes jobs", "");
        } catch (IOException e) {
            return new Check(
                    "node",
                    socket.toString(),
                    State.WEAK,
                    "no runner node takes jobs here: " + e.getMessage(),
                    "start it (`./fleetwall runner-node`), or set FLEETWALL_JOB_SOCKET");
        }
    }
}
