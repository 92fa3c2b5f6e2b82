package dev.penstock.routing.learning;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Workers that are not there, and how long they take. */
final class Workers {
    static final ModelId MODEL = new ModelId("llama-3.1-8b");

    private Workers() {}

    static ServedModel served(ModelId id, long parameters) {
        return new ServedModel(id, "", parameters, 0, "", Set.of(Capability.CHAT), Optional.empty());
    }

    static ServedModel served(Rates rates) {
        return new ServedModel(MODEL, "", 8_000_000_000L, 0, "", Set.of(Capability.CHAT), Optional.empty(), rates);
    }

    static Worker worker(int slot, Accelerator accelerator) {
        return worker(slot, accelerator, served(MODEL, 8_000_000_000L));
    }

    static Worker worker(int slot, Accelerator accelerator, ServedModel model) {
        return new Worker(
                new WorkerId("worker-" + slot),
                slot,
                URI.create("http://127.0.0.1:" + (10_000 + slot)),
                accelerator,
                Site.LOCAL,
                32,
                List.of(model));
    }

    /** Times of a worker: two lines, and a factor of chance around 1. */
    record Speed(double first, double perPromptToken, double perToken, double perTokenAndRequest, double sigma) {
        double firstTokenSeconds(double tokens) {
            return first + perPromptToken * tokens;
        }

        double secondsPerToken(double batch) {
            return perToken + perTokenAndRequest * (batch - 1);
        }

        /** A request of everyday size that ends then. */
        Sample draw(RandomGenerator random, long nowNanos) {
            double prompt = Math.exp(random.nextDouble(Math.log(20), Math.log(8_000)));
            double cached = random.nextInt(3) == 0 ? prompt * random.nextDouble() : 0;
            double pending = random.nextInt(4) == 0 ? random.nextDouble(4_000) : 0;
            double tokens = Math.floor(Math.exp(random.nextDouble(0, Math.log(1_000))));
            double batch = random.nextInt(1, 33);
            double first = firstTokenSeconds(prompt - cached + pending) * noise(random);
            double total = first + (tokens - 1) * secondsPerToken(batch) * noise(random);
            return new Sample(prompt, cached, tokens, first, total, batch, pending, nowNanos);
        }

        private double noise(RandomGenerator random) {
            return Math.exp(sigma * random.nextGaussian() - sigma * sigma / 2);
        }
    }

    /** As a sample of an answer that came whole. */
    static Sample whole(Sample sample) {
        return new Sample(
                sample.promptTokens(),
                sample.cachedTokens(),
                sample.completionTokens(),
                Double.NaN,
                sample.totalSeconds(),
                sample.batch(),
                sample.pendingPromptTokens(),
                sample.nowNanos());
    }
}
