package dev.penstock.gateway.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.distributed.serialization.InternalSerializationHelper;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Of the two buckets that one has become while the cluster was split, keeps the one that holds less: each side charged its
 * own what all would have taken, so whichever has more would give again what the other side gave already.
 */
public final class LeastTokens
        implements SplitBrainMergePolicy<byte[], MergingValue<byte[]>, byte[]>,
                IdentifiedDataSerializable,
                HazelcastInstanceAware {
    static final int CLASS = 3;

    private @Nullable HazelcastInstance instance;

    @Override
    public void setHazelcastInstance(HazelcastInstance given) {
        instance = given;
    }

    @Override
    public byte[] merge(MergingValue<byte[]> merging, MergingValue<byte[]> existing) {
        byte[] coming = merging.getDeserializedValue();
        byte @Nullable [] there = existing == null ? null : existing.getDeserializedValue();
        return there == null || tokens(coming) < tokens(there) ? coming : there;
    }

    private long tokens(byte[] bucket) {
        RemoteBucketState state = InternalSerializationHelper.deserializeState(bucket);
        state.refillAllBandwidth(now());
        return state.getAvailableTokens();
    }

    private long now() {
        return instance != null && instance.getUserContext().get(SharedClock.NAME) instanceof SharedClock clock
                ? clock.currentTimeNanos()
                : TimeUnit.MILLISECONDS.toNanos(InstantSource.system().millis());
    }

    @Override
    public int getFactoryId() {
        return SharedClock.FACTORY;
    }

    @Override
    public int getClassId() {
        return CLASS;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
