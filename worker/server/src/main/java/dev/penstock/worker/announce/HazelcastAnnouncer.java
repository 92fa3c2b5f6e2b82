package dev.penstock.worker.announce;

import dev.penstock.protocol.announcement.AnnouncedLoad;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.protocol.announcement.Announcer;
import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.protocol.announcement.WorkerDescription;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Announces a worker to gateways in other processes. Owns its connection. */
public final class HazelcastAnnouncer implements Announcer {
    private final HazelcastChannel channel;
    private final HeartbeatAnnouncer heartbeats;

    /**
     * An announcer, not yet started.
     *
     * @param members {@code host:port} of gateways
     * @param heartbeat from one announcement to the next
     */
    public HazelcastAnnouncer(
            ClusterSecret secret,
            List<String> members,
            Duration heartbeat,
            String workerId,
            Supplier<WorkerDescription> description,
            Supplier<AnnouncedLoad> load) {
        this(secret, new HazelcastChannel(secret, members), heartbeat, workerId, description, load);
    }

    /**
     * An announcer, not yet started, on a channel that may have {@linkplain HazelcastChannel#connect connected} already.
     *
     * @param channel closed with the announcer
     * @param heartbeat from one announcement to the next
     */
    public HazelcastAnnouncer(
            ClusterSecret secret,
            HazelcastChannel channel,
            Duration heartbeat,
            String workerId,
            Supplier<WorkerDescription> description,
            Supplier<AnnouncedLoad> load) {
        this.channel = channel;
        this.heartbeats = new HeartbeatAnnouncer(
                workerId,
                description,
                load,
                new AnnouncementSeal(secret),
                channel,
                heartbeat,
                InstantSource.system(),
                System::nanoTime);
    }

    @Override
    public void start() {
        heartbeats.start();
    }

    @Override
    public void changed() {
        heartbeats.changed();
    }

    @Override
    public CompletionStage<Void> drain(Duration limit) {
        return heartbeats.drain(limit);
    }

    @Override
    public CompletionStage<Void> leave(Duration limit) {
        return heartbeats.leave(limit);
    }

    @Override
    public void close() {
        heartbeats.close();
        channel.close();
    }
}
