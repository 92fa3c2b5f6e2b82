package dev.penstock.gateway.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A member takes it on to have a request answered: tells what there is of it, an answer or another's claim; where there is
 * nothing, no more than a claim of its own, or one that is void, its claim is there from now on.
 */
final class AnswerClaim implements EntryProcessor<String, Object, byte @Nullable []>, IdentifiedDataSerializable {
    static final int CLASS = 4;

    private byte[] claim = {};
    private byte[] voided = {};
    private long leaseMillis;

    /** To be read. */
    AnswerClaim() {}

    /**
     * A claim.
     *
     * @param voided another, of a member that has gone; empty where none is
     */
    AnswerClaim(byte[] claim, byte[] voided, long leaseMillis) {
        this.claim = claim;
        this.voided = voided;
        this.leaseMillis = leaseMillis;
    }

    @Override
    public byte @Nullable [] process(Map.Entry<String, Object> entry) {
        if (entry.getValue() instanceof byte[] known && holds(known)) {
            return known;
        }
        ((ExtendedMapEntry<String, Object>) entry).setValue(claim, leaseMillis, TimeUnit.MILLISECONDS);
        return null;
    }

    private boolean holds(byte[] known) {
        if (!AnswerValue.isClaim(known)) {
            return AnswerValue.isAnswer(known);
        }
        return !Arrays.equals(known, voided) && !AnswerValue.member(known).equals(AnswerValue.member(claim));
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
        out.writeByteArray(voided);
        out.writeLong(leaseMillis);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        claim = bytes(in);
        voided = bytes(in);
        leaseMillis = in.readLong();
    }

    static byte[] bytes(ObjectDataInput in) throws IOException {
        byte @Nullable [] read = in.readByteArray();
        return read == null ? new byte[0] : read;
    }
}
