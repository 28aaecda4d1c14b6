package io.fleetwall.node.bypass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetwall.node.bypass.Attackers.Outcome;
import io.fleetwall.node.bypass.Campaign.Attempt;
import io.fleetwall.node.bypass.Campaign.Circumstance;
import io.fleetwall.node.bypass.Technique.Expectation;
import io.fleetwall.node.bypass.Technique.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every technique of {@code bypass.tsv} in every setting, judged by what reaches the far side. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BypassTest {
    private Field field;
    private Campaign campaign;

    @BeforeAll
    void attack(@TempDir Path logs) throws IOException {
        field = Field.lay(logs);
        campaign = new Campaign(field);
        for (Setting setting : Setting.values()) {
            campaign.run(setting);
        }
    }

    @AfterAll
    void close() {
        field.close();
    }

    @Test
    void under_the_filter_not_even_an_empty_packet_goes_to_a_forbidden_address() {
        assertEquals(List.of(), campaign.leaks());
    }

    @TestFactory
    Stream<DynamicTest> the_far_side_sees_what_the_table_says_and_nothing_else() {
        return campaign.attempts().stream()
                .map(attempt ->
                        DynamicTest.dynamicTest(
                                attempt.setting()
                                        + " "
                                        + attempt.circumstance()
                                        + ": "
                                        + attempt.technique().id(),
                                () -> judge(attempt)));
    }

    private void judge(Attempt attempt) {
        Outcome outcome = attempt.result().outcome();
        assertNotEquals(Outcome.USAGE, outcome, attempt.result()::said);
        boolean arrived = campaign.seen(attempt) > 0;
        if (attempt.circumstance() == Circumstance.UNPRIVILEGED) {
            assertEquals(Outcome.CANNOT, outcome, attempt.result()::said);
            assertTrue(!arrived, "arrived");
            return;
        }
        Expectation expected = attempt.technique().in(attempt.setting());
        boolean expectedToArrive =
                attempt.circumstance() == Circumstance.CONTROL
                        ? expected != Expectation.LINK
                        : expected.arrives();
        assertEquals(expectedToArrive, arrived, attempt.toString());
    }
}
