package io.fleetwall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class LeisureTest {
    private final Leisure leisure = new Leisure();
    private long asked;
    private long heap = 30 << 20;

    @Test
    void aQuietNodeCollectsOnceSomeSecondsAfterItsStartAndAfterEachChange() {
        assertEquals(Leisure.SETTLED, beats(0, "first", 0));
        assertEquals(-1, beats(1000, "first", 0));
        assertEquals(Leisure.SETTLED, beats(0, "second", 0));
        assertEquals(-1, beats(1000, "second", 0));
    }

    @Test
    void aBusyNodeWaitsForAQuietSecondAndAQuarterOfAMinuteAtMost() {
        assertEquals(Leisure.LATEST, beats(0, "first", Leisure.FEW_QUESTIONS + 1));
        assertEquals(-1, beats(10, "second", Leisure.FEW_QUESTIONS + 1));
        assertEquals(0, beats(0, "second", Leisure.FEW_QUESTIONS));
    }

    @Test
    void whilePoliciesKeepChangingNothingIsCollected() {
        for (int i = 0; i < 1000; i++) {
            heap += Leisure.GROWN;
            assertEquals(-1, beats(Leisure.SETTLED, "policy " + i, 0));
        }
    }

    @Test
    void aHeapThatHasGrownByMuchIsCollectedAgainAndOneThatStaysLargeIsNot() {
        assertEquals(Leisure.SETTLED, beats(0, "a policy", 0));
        leisure.collected(heap);
        heap += Leisure.GROWN - 1;
        assertEquals(-1, beats(1000, "a policy", 0));
        heap++;
        assertEquals(Leisure.SETTLED - 1, beats(0, "a policy", 0));
        leisure.collected(heap);
        assertEquals(-1, beats(1000, "a policy", 0));
    }

    @Test
    void growthCountsFromTheSmallestHeapThatTheCollectorLeftByItself() {
        assertEquals(Leisure.SETTLED, beats(0, "a policy", 0));
        leisure.collected(heap);
        heap -= Leisure.GROWN / 2;
        assertEquals(-1, beats(10, "a policy", 0));
        heap += Leisure.GROWN;
        assertEquals(Leisure.LATEST - 1, beats(0, "a policy", Leisure.FEW_QUESTIONS + 1));
    }

    /** After how many beats the moment comes; -1 for not within so many, where that is not 0. */
    private int beats(int within, String inForce, long perSecond) {
        int most = within == 0 ? 10 * Leisure.LATEST : within;
        for (int i = 0; i < most; i++) {
            asked += perSecond;
            if (leisure.come(inForce, asked, heap)) {
                return i;
            }
        }
        return -1;
    }
}
