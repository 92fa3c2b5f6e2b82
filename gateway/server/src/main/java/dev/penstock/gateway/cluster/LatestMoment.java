package dev.penstock.gateway.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts a moment, in milliseconds since 1970, where there is none or an earlier one. */
final class LatestMoment implements EntryProcessor<String, Object, Boolean>, IdentifiedDataSerializable {
    static final int CLASS = 6;

    private long epochMillis;
    private long keptMillis;

    /** To be read. */
    LatestMoment() {}

    /** @param keptMillis how long the entry is kept */
    LatestMoment(long epochMillis, long keptMillis) {
        this.epochMillis = epochMillis;
        this.keptMillis = keptMillis;
    }

    @Override
    public Boolean process(Map.Entry<String, Object> entry) {
        @Nullable Object there = entry.getValue();
        boolean later = !(there instanceof Long known) || known < epochMillis;
        if (later) {
            ((ExtendedMapEntry<String, Object>) entry).setValue(epochMillis, keptMillis, TimeUnit.MILLISECONDS);
        }
        return later;
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
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeLong(epochMillis);
        out.writeLong(keptMillis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        epochMillis = in.readLong();
        keptMillis = in.readLong();
    }
}
