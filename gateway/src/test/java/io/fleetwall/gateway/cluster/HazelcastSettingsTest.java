package io.fleetwall.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import io.fleetwall.gateway.config.GatewayConfig;
import io.fleetwall.gateway.config.ListenAddress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.management.BadAttributeValueExpException;
import org.junit.jupiter.api.Test;

/** What members read from each other. */
final class HazelcastSettingsTest {
    private static final GatewayConfig.Cluster ALONE =
            new GatewayConfig.Cluster(
                    "settings",
                    new ListenAddress("127.0.0.1", 0),
                    0,
                    GatewayConfig.Peers.NONE,
                    Optional.empty());

    private final InternalSerializationService bytes =
            new DefaultSerializationServiceBuilder()
                    .setConfig(HazelcastSettings.of(ALONE).getSerializationConfig())
                    .build();

    /** Else the call that it answers hangs, and with it a gateway that starts. */
    @Test
    void theExceptionsOfOthersAreRead() {
        Exception suppressing = new TargetNotMemberException("moved");
        suppressing.addSuppressed(new TimeoutException("late"));
        List<Exception> said =
                List.of(
                        new RetryableHazelcastException("not yet"),
                        new TargetNotMemberException("gone"),
                        suppressing,
                        new ExecutionException(new IOException("closed")),
                        new IllegalStateException("no", new NullPointerException()));
        for (Exception one : said) {
            Exception read = assertInstanceOf(one.getClass(), bytes.toObject(bytes.toData(one)));
            assertEquals(one.getMessage(), read.getMessage());
            assertEquals(one.getStackTrace().length, read.getStackTrace().length);
            assertEquals(one.getSuppressed().length, read.getSuppressed().length);
        }
    }

    @Test
    void whatNoMemberSaysIsNotRead() {
        var data = bytes.toData(new BadAttributeValueExpException("x"));
        assertThrows(HazelcastSerializationException.class, () -> bytes.toObject(data));
    }
}
