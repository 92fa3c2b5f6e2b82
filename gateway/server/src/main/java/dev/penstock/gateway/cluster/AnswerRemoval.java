package dev.penstock.gateway.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes out that very claim, or, where none is meant, an answer. What else there is stays. */
final class AnswerRemoval implements EntryProcessor<String, Object, Boolean>, IdentifiedDataSerializable {
    static final int CLASS = 5;

    private byte[] claim = {};

    /** Of an answer. */
    AnswerRemoval() {}

    /** Of a claim. */
    AnswerRemoval(byte[] claim) {
        this.claim = claim;
    }

    @Override
    @SuppressWarnings("NullAway") // a value of null is how an entry is removed
    public Boolean process(Map.Entry<String, Object> entry) {
        @Nullable Object there = entry.getValue();
        boolean meant = there instanceof byte[] known
                && (claim.length == 0 ? AnswerValue.isAnswer(known) : Arrays.equals(known, claim));
        if (meant) {
            entry.setValue(null);
        }
        return meant;
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
        out.writeByteArray(claim);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        claim = AnswerClaim.bytes(in);
    }
}
