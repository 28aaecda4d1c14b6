package io.fleetwall.gateway.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConditionTest {
    private static final JsonObject EVENT =
            new JsonObject()
                    .put("kind", "flow.denied")
                    .put("severity", "high")
                    .put("count", 12)
                    .put("labels", new JsonArray().add("linux").add("x64"))
                    .put("job", new JsonObject().put("repository", "acme/api"))
                    .put(
                            "destination",
                            new JsonObject().put("name", "Evil.example").put("port", 443));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    kind == flow.denied                                    | true
                    kind == "flow.denied"                                  | true
                    kind != flow.denied                                    | false
                    destination.name == evil.EXAMPLE                       | true
                    destination.name ~ "*.example"                         | true
                    destination.name ~ "*.exampl"                          | false
                    destination.name ~ "evil?example"                      | true
                    destination.name ~ "evil.*x"                           | false
                    destination.port in [80, 443]                          | true
                    destination.port in [80]                               | false
                    labels == linux and labels == x64                      | true
                    labels != x64                                          | false
                    labels in [gpu, X64]                                   | true
                    labels == gpu                                          | false
                    labels ~ "x*"                                          | true
                    count > 12                                             | false
                    count >= 12                                            | true
                    count < 13 and count <= 12                             | true
                    severity >= high                                       | true
                    severity > high                                        | false
                    severity >= medium and severity < critical             | true
                    job.nothing == ""                                      | true
                    job.nothing > 0                                        | false
                    kind.deeper == ""                                      | true
                    not kind == x and kind == flow.denied                  | true
                    not (kind == x or kind == flow.denied)                 | false
                    kind == x and kind == x or kind == flow.denied         | true
                    kind == flow.denied or kind == x and kind == x         | true
                    (kind == flow.denied or kind == x) and kind == x       | false
                    """)
    void aConditionHoldsOrNotAndPrintsInAFormThatReadsBack(String text, boolean holds) {
        Condition condition = ConditionReader.read(text);
        assertEquals(holds, condition.holds(EVENT), text);
        assertEquals(holds, ConditionReader.read(condition.toString()).holds(EVENT), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    kind                       | column 5
                    kind ==                    | column 8
                    kind = x                   | column 5
                    == x                       | column 1
                    kind == x y                | column 11
                    (kind == x                 | column 11
                    kind in [                  | column 10
                    count > many               | column 9
                    kind == "open              | column 8
                    kind == x and              | column 14
                    """)
    void whatIsNoConditionIsRefusedWithItsPlace(String text, String place) {
        ConditionException refused =
                assertThrows(ConditionException.class, () -> ConditionReader.read(text));
        assertTrue(refused.toString().contains(place), refused::toString);
    }
}
