package dev.penstock.routing.capture;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.Forecasts;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The load of one moment, by slot: the place of a worker among the logged candidates. */
final class FrozenLoad implements LoadView {
    /** The moment. */
    static final long NOW_NANOS = 0;

    private final LoggedDecision.Candidate[] candidates;
    private final Map<Key, Forecast> forecasts = new HashMap<>();

    private record Key(int slot, ModelId model) {}

    FrozenLoad(List<LoggedDecision.Candidate> candidates, List<Worker> workers) {
        this.candidates = candidates.toArray(LoggedDecision.Candidate[]::new);
        for (Worker worker : workers) {
            for (LoggedDecision.Model model : this.candidates[worker.slot()].models()) {
                forecasts.put(new Key(worker.slot(), new ModelId(model.model())), new FrozenForecast(model.forecast()));
            }
        }
    }

    private record FrozenForecast(LoggedDecision.Forecast logged) implements Forecast {
        @Override
        public double firstTokenSeconds(double uncachedTokens) {
            return logged.firstSeconds() + logged.secondsPerPromptToken() * uncachedTokens;
        }

        @Override
        public double secondsPerToken(double batch) {
            return logged.secondsPerToken() + logged.secondsPerTokenAndRequest() * (batch - 1);
        }

        @Override
        public double loadSeconds() {
            return logged.loadSeconds();
        }

        @Override
        public double failureOdds() {
            return logged.failureOdds();
        }

        @Override
        public double failureSeconds() {
            return logged.failureSeconds();
        }

        @Override
        public double tail() {
            return logged.tail();
        }

        @Override
        public double peakSeconds(long nowNanos) {
            return logged.peakSeconds();
        }

        @Override
        public double observations(long nowNanos) {
            return logged.observations();
        }
    }

    private LoggedDecision.Signals signals(int slot) {
        return candidates[slot].signals();
    }

    @Override
    public int inFlight(int slot) {
        return signals(slot).inFlight();
    }

    @Override
    public int reportedLoad(int slot) {
        return signals(slot).reportedLoad();
    }

    @Override
    public int foreignLoad(int slot) {
        return signals(slot).foreignLoad();
    }

    @Override
    public boolean hasRoom(int slot, int capacity, int places) {
        return candidates[slot].room();
    }

    @Override
    public boolean available(int slot) {
        return candidates[slot].available();
    }

    @Override
    public long ageMillis(int slot) {
        return signals(slot).ageMs();
    }

    @Override
    public double pendingPromptTokens(int slot) {
        return signals(slot).pendingPromptTokens();
    }

    @Override
    public double promptTokensAhead(int slot) {
        Double ahead = signals(slot).promptTokensAhead();
        return ahead == null ? -1 : ahead;
    }

    @Override
    public double promptTokensPerSecond(int slot) {
        return signals(slot).promptTokensPerSecond();
    }

    @Override
    public double pendingOutputTokens(int slot) {
        return signals(slot).pendingOutputTokens();
    }

    @Override
    public int reportedQueue(int slot) {
        return signals(slot).reportedQueue();
    }

    @Override
    public double reportedCacheUse(int slot) {
        return signals(slot).cacheUse();
    }

    @Override
    public double linkSeconds(int slot) {
        return signals(slot).linkSeconds();
    }

    @Override
    public Forecasts forecasts() {
        return (Worker worker, ServedModel model) -> Optional.ofNullable(
                        forecasts.get(new Key(worker.slot(), model.id())))
                .orElse(Forecast.UNKNOWN);
    }

    @Override
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        int found = 0;
        for (int slot = 0; slot < candidates.length && found < slots.length; slot++) {
            for (LoggedDecision.Model served : candidates[slot].models()) {
                if (served.cachedBlocks() > 0 && served.model().equals(model.value()) && found < slots.length) {
                    slots[found] = slot;
                    blocks[found++] = served.cachedBlocks();
                }
            }
        }
        return found;
    }
}
