package dev.penstock.gateway.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One gateway says how many places of a limit it wants to hold from now on, and for how long; it is given so many as others
 * leave, and at least as many as it uses. What it said before is void, so that saying it twice does no harm, and who says no
 * more loses all when the time is over.
 *
 * <p>An entry is records of 28 bytes, each of a gateway: its id, how many it holds, and until when by the cluster's clock.
 * The answer has the places held in its upper half, and those that are left in its lower.
 */
final class SlotClaim implements EntryProcessor<String, byte[], Long>, IdentifiedDataSerializable {
    static final int CLASS = 2;

    private static final int RECORD = Long.BYTES * 3 + Integer.BYTES;
    private static final int MOST_GATEWAYS = 1_000;

    private UUID gateway = new UUID(0, 0);
    private int most;
    private int used;
    private int wanted;
    private long nowNanos;
    private long untilNanos;

    /** To be read. */
    SlotClaim() {}

    SlotClaim(UUID gateway, int most, int used, int wanted, long nowNanos, long untilNanos) {
        this.gateway = gateway;
        this.most = most;
        this.used = used;
        this.wanted = wanted;
        this.nowNanos = nowNanos;
        this.untilNanos = untilNanos;
    }

    static int held(long answer) {
        return (int) (answer >>> Integer.SIZE);
    }

    static int left(long answer) {
        return (int) answer;
    }

    @Override
    public Long process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] before = entry.getValue();
        ByteBuffer old = ByteBuffer.wrap(before == null ? new byte[0] : before);
        ByteBuffer next = ByteBuffer.allocate(Math.min(old.remaining(), MOST_GATEWAYS * RECORD) + RECORD);
        long others = 0;
        while (old.remaining() >= RECORD && next.remaining() > RECORD) {
            UUID id = new UUID(old.getLong(), old.getLong());
            int count = old.getInt();
            long until = old.getLong();
            if (!id.equals(gateway) && until - nowNanos > 0) {
                others += count;
                put(next, id, count, until);
            }
        }
        int held = (int) Math.max(used, Math.min(wanted, most - others));
        if (held > 0) {
            put(next, gateway, held, untilNanos);
        }
        entry.setValue(next.position() == 0 ? null : Arrays.copyOf(next.array(), next.position()));
        return ((long) held << Integer.SIZE) | Math.max(0, most - others - held);
    }

    private static void put(ByteBuffer to, UUID id, int count, long until) {
        to.putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putInt(count)
                .putLong(until);
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
        out.writeLong(gateway.getMostSignificantBits());
        out.writeLong(gateway.getLeastSignificantBits());
        out.writeInt(most);
        out.writeInt(used);
        out.writeInt(wanted);
        out.writeLong(nowNanos);
        out.writeLong(untilNanos);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        gateway = new UUID(in.readLong(), in.readLong());
        most = in.readInt();
        used = in.readInt();
        wanted = in.readInt();
        nowNanos = in.readLong();
        untilNanos = in.readLong();
    }
}
