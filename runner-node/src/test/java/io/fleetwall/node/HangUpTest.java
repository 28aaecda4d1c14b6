package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A signal that would end this JVM, were nobody listening. */
class HangUpTest {
    @Test
    void each_signal_is_heard() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        HangUp.follow(() -> {
            first.countDown();
            second.countDown();
        });
        send();
        assertTrue(first.await(60, TimeUnit.SECONDS), "the first");
        send();
        assertTrue(second.await(60, TimeUnit.SECONDS), "the second");
    }

    private static void send() throws Exception {
        String self = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-HUP", self).inheritIO().start().waitFor();
    }
}
