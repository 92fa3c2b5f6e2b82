package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Directory;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.Worth;
import dev.penstock.routing.spi.Options;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@code balanced} counts what others lose by a request. */
class OthersTest {
    private static final ModelId MODEL = new ModelId("m");

    /** The first worker is near and runs 20 requests with 200 tokens left each, the second is half a second away and idle. */
    private static final LoadView LOAD = new LoadView() {
        @Override
        public int inFlight(int slot) {
            return slot == 0 ? 20 : 0;
        }

        @Override
        public int reportedLoad(int slot) {
            return inFlight(slot);
        }

        @Override
        public boolean available(int slot) {
            return true;
        }

        @Override
        public long ageMillis(int slot) {
            return 0;
        }

        @Override
        public double pendingOutputTokens(int slot) {
            return 200.0 * inFlight(slot);
        }

        @Override
        public double linkSeconds(int slot) {
            return slot == 0 ? 0 : 0.5;
        }
    };

    private static Worker worker(int slot) {
        return new Worker(
                new WorkerId("w" + slot),
                slot,
                URI.create("http://127.0.0.1:" + (10000 + slot)),
                Accelerator.GPU,
                Site.LOCAL,
                256,
                List.of(new ServedModel(MODEL, "", 0, 0, "", Set.of(Capability.CHAT), Optional.empty())));
    }

    private static String chosen(double promptTokens, String others) {
        RoutingContext context = new RoutingContext(
                Operation.CHAT,
                List.of(List.of(ModelChoice.of(MODEL))),
                Set.of(Capability.CHAT),
                1,
                new Demand(promptTokens, 100, 100, Demand.UNBOUNDED),
                Constraints.NONE,
                Worth.DEFAULT,
                Affinity.NONE,
                1,
                0,
                new SplittableRandom(1));
        RoutePlan plan = (RoutePlan) Policies.named(
                        "balanced", new Options(Map.of("others", others, "explore", "0", "band", "0")), List.of())
                .select(context, Directory.of(List.of(worker(0), worker(1))), LOAD);
        return plan.attempts().getFirst().worker().id().value();
    }

    @Test
    void aLongPromptGoesWhereItHoldsUpNobody() {
        // By itself it would be answered half a second sooner by the first; twenty others would each wait 1.25 s.
        assertEquals("w1", chosen(4000, "1"));
        assertEquals("w1", chosen(4000, "0.5"));
    }

    @Test
    void unlessOthersDoNotCount() {
        assertEquals("w0", chosen(4000, "0"));
    }
}
