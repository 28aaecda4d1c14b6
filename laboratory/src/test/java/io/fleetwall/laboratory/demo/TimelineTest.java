package io.fleetwall.laboratory.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Timeline timeline =
            new Timeline(
                    new PrintStream(bytes, true, StandardCharsets.UTF_8), Timeline.Pace.STEADY);

    private String told() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsMetAndWhatIsNotAreToldApartAndCounted() {
        timeline.act("First act");
        timeline.expect(Expectation.that("it is so", true, "seen"));
        timeline.expect(Expectation.that("it is not", false, "alas"));
        timeline.close();
        assertTrue(told().contains("✓ it is so"), told());
        assertTrue(told().contains("✗ it is not"), told());
        assertTrue(told().contains("1 expectations met, 1 failed"), told());
        assertEquals(1, timeline.count(false));
    }

    @Test
    void whatIsTrueTooLateIsNotMet() {
        timeline.act("First act");
        Expectation late = Expectation.within(10, "soon").took(11, true, "");
        timeline.expect(late);
        assertFalse(late.met());
        assertTrue(told().contains("11.0 ms"), told());
        assertTrue(told().contains("(at most 10 ms)"), told());
        assertTrue(Expectation.within(10, "soon").took(10, true, "").met());
    }

    @Test
    void theJarHasThePoliciesOfTheDemo(@TempDir Path place) {
        DemoFiles.copyPolicies(place);
        assertTrue(DemoFiles.read(place.resolve("acme-api-build.yaml")).contains("artifacts"));
        assertTrue(DemoFiles.read(place.resolve("packs/registry.yaml")).contains("packs/registry"));
    }
}
