package dev.penstock.gateway.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.github.bucket4j.TimeMeter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clock that the members of a cluster share, to about the time of a round trip, and that never jumps: it runs by this
 * process's monotonic clock, from a moment that whoever is the first takes from the wall and whoever joins asks the oldest
 * member for. What a wall clock does later, here or there, is nothing to it.
 */
public final class SharedClock implements TimeMeter {
    static final String NAME = "shared-clock";
    static final int FACTORY = 7301;

    private static final Logger LOG = LoggerFactory.getLogger(SharedClock.class);
    private static final int TRIES = 5;
    private static final long PATIENCE_MILLIS = 2_000;

    private final LongSupplier nanoTime;
    private volatile long offset;

    /** One that begins by the wall. */
    public SharedClock(LongSupplier nanoTime, InstantSource wall) {
        this.nanoTime = nanoTime;
        this.offset = TimeUnit.MILLISECONDS.toNanos(wall.millis()) - nanoTime.getAsLong();
    }

    @Override
    public long currentTimeNanos() {
        return nanoTime.getAsLong() + offset;
    }

    /** Which is to say that what it tells at one member can be compared with what it tells at another. */
    @Override
    public boolean isWallClockBased() {
        return true;
    }

    /** Tells the others, and goes by the oldest of them. Blocks for some round trips. */
    void join(HazelcastInstance instance) {
        instance.getUserContext().put(NAME, this);
        Member oldest = instance.getCluster().getMembers().iterator().next();
        if (oldest.localMember()) {
            return;
        }
        try {
            follow(instance, oldest);
        } catch (ExecutionException | TimeoutException silent) {
            LOG.warn("the shared clock begins by the wall, since {} does not tell it: {}", oldest, silent.toString());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of several answers the quickest is the most exact. */
    private void follow(HazelcastInstance instance, Member oldest)
            throws ExecutionException, TimeoutException, InterruptedException {
        long shortest = Long.MAX_VALUE;
        long best = offset;
        for (int i = 0; i < TRIES; i++) {
            long asked = nanoTime.getAsLong();
            long theirs = instance.getExecutorService(NAME)
                    .submitToMember(new Tell(), oldest)
                    .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            long told = nanoTime.getAsLong();
            if (told - asked < shortest) {
                shortest = told - asked;
                best = theirs + (told - asked) / 2 - told;
            }
        }
        offset = best;
    }

    /** Asks a member for its clock. */
    static final class Tell implements Callable<Long>, IdentifiedDataSerializable, HazelcastInstanceAware {
        private LongSupplier clock = () -> 0;

        @Override
        public void setHazelcastInstance(HazelcastInstance instance) {
            if (instance.getUserContext().get(NAME) instanceof SharedClock shared) {
                clock = shared::currentTimeNanos;
            } else {
                clock = () -> {
                    throw new IllegalStateException("no clock yet");
                };
            }
        }

        @Override
        public Long call() {
            return clock.getAsLong();
        }

        @Override
        public int getFactoryId() {
            return FACTORY;
        }

        @Override
        public int getClassId() {
            return 1;
        }

        @Override
        public void writeData(ObjectDataOutput out) {}

        @Override
        public void readData(ObjectDataInput in) {}
    }

    static DataSerializableFactory factory() {
        return type -> switch (type) {
            case SlotClaim.CLASS -> new SlotClaim();
            case LeastTokens.CLASS -> new LeastTokens();
            case AnswerClaim.CLASS -> new AnswerClaim();
            case AnswerRemoval.CLASS -> new AnswerRemoval();
            case LatestMoment.CLASS -> new LatestMoment();
            default -> new Tell();
        };
    }
}
