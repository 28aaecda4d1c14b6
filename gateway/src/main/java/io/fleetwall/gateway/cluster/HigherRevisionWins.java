package io.fleetwall.gateway.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * After a split brain the higher revision stays. The store gave both revisions their numbers, so
 * the higher one is the later commit whatever the sides' clocks said.
 */
public final class HigherRevisionWins
        implements SplitBrainMergePolicy<Head, MergingValue<Head>, Object> {
    @Override
    public Object merge(MergingValue<Head> merging, @Nullable MergingValue<Head> existing) {
        Head theirs = merging.getDeserializedValue();
        if (existing == null) {
            return theirs;
        }
        Head ours = existing.getDeserializedValue();
        return ours.revision() >= theirs.revision() ? ours : theirs;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // It has no state.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // It has no state.
    }
}
