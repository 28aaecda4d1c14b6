package io.fleetwall.cli.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fleetwall.cli.ExitCode;
import io.fleetwall.cli.ToolException;
import io.fleetwall.cli.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The runner node's UNIX socket: one line of JSON out, one in. */
final class JobSocket {
    private JobSocket() {}

    /** The answer, which is a yes: a no is a {@link ToolException}. */
    static JsonNode ask(Path socket, JsonNode request) {
        JsonNode answer = exchange(socket, request);
        if (!answer.path("ok").asBoolean()) {
            throw new ToolException(
                    ExitCode.REFUSED,
                    answer.path("code").asText("FW-J") + ": " + answer.path("message").asText(),
                    answer.path("hint").asText());
        }
        return answer;
    }

    private static JsonNode exchange(Path socket, JsonNode request) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer line = StandardCharsets.UTF_8.encode(Json.line(request) + "\n");
            while (line.hasRemaining()) {
                channel.write(line);
            }
            BufferedReader reader =
                    new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            String answer = reader.readLine();
            if (answer == null) {
                throw new ToolException(
                        ExitCode.REFUSED,
                        "the runner node closed the connection",
                        "only root and the users in job.owners may announce jobs");
            }
            return Json.read(answer);
        } catch (JsonProcessingException e) {
            throw new ToolException(
                    ExitCode.UNREACHABLE, socket + " answers, but not as a runner node does", "");
        } catch (IOException e) {
            throw new ToolException(
                    ExitCode.UNREACHABLE,
                    "cannot reach the runner node at " + socket + ": " + e.getMessage(),
                    "is it running (`./fleetwall runner-node`)? FLEETWALL_JOB_SOCKET says where");
        }
    }
}
