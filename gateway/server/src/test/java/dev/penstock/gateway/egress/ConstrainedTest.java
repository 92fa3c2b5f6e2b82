package dev.penstock.gateway.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.egress.RecordingServer.Act;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Permit;
import dev.penstock.routing.Placement;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.policy.Policies;
import dev.penstock.routing.spi.Options;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of requests that not everybody may run: an edge with one server, a cloud with another. */
@Timeout(60)
final class ConstrainedTest {
    private static final List<ModelId> BOTH = List.of(EgressRig.SMALL, EgressRig.LARGE);
    private static final String PRIVATE = "x-penstock-data-class: private";

    private final EgressRig rig = new EgressRig(1);
    private volatile Act edgeAct = Act.ANSWER;
    private RecordingServer edge;
    private RecordingServer cloud;

    @BeforeEach
    void open() throws Exception {
        edge = new RecordingServer("edge", id -> edgeAct);
        cloud = new RecordingServer("cloud", id -> Act.ANSWER);
        rig.policy = Policies.named("balanced", Options.NONE, List.of());
        rig.fleet.become(List.of(edgeWorker(BOTH), cloudWorker(BOTH)));
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
        edge.close();
        cloud.close();
    }

    private Worker edgeWorker(List<ModelId> models) {
        return worker(edge, 0, new Site("plant-7", Site.Kind.EDGE, "eu"), models, Price.FREE);
    }

    private Worker cloudWorker(List<ModelId> models) {
        return worker(cloud, 1, new Site("rented", Site.Kind.CLOUD, "us"), models, new Price(3, 15));
    }

    private static Worker worker(RecordingServer server, int slot, Site site, List<ModelId> models, Price price) {
        List<ServedModel> served = models.stream()
                .map(model -> new ServedModel(model, "", 0, 0, "", EnumSet.of(Capability.CHAT), Optional.of(price)))
                .toList();
        return new Worker(new WorkerId(server.name), slot, server.uri(), Accelerator.GPU, site, 2, served);
    }

    /** Headers as {@code name: value}. */
    private HttpResponse<String> ask(ModelId model, String... headers) throws Exception {
        List<String> split = new ArrayList<>();
        for (String header : headers) {
            split.addAll(List.of(header.split(": ", 2)));
        }
        return rig.ask("an-id", EgressRig.chat(model, "a secret", false), split);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private void assertNothingReachedTheCloud() {
        assertEquals("", cloud.received());
    }

    @Test
    void anAnswerSaysWhereItWasMadeAndWhy() throws Exception {
        HttpResponse<String> answer = ask(EgressRig.SMALL, PRIVATE);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("edge", header(answer, "x-penstock-worker"));
        assertEquals("plant-7", header(answer, "x-penstock-site"));
        assertEquals("balanced", header(answer, "x-penstock-reason"));
        assertNothingReachedTheCloud();
    }

    @Test
    void edgeFirstIsTheEdgeAndWhereThatIsSlowTheCloud() throws Exception {
        assertEquals("edge", header(ask(EgressRig.SMALL, "x-penstock-placement: edge-first"), "x-penstock-reason"));
        rig.fleet.edgeBacklog = 1e6;
        HttpResponse<String> spilled = ask(EgressRig.SMALL, "x-penstock-placement: edge-first");
        assertEquals("rented", header(spilled, "x-penstock-site"));
        assertTrue(header(spilled, "x-penstock-reason").startsWith("spilled: edge wait "));
    }

    @Test
    void edgeFirstWithTheLinkDownStaysAtTheSlowEdgeAndSaysSo() throws Exception {
        rig.fleet.edgeBacklog = 1e6;
        rig.fleet.dead(cloudWorker(BOTH));
        HttpResponse<String> degraded = ask(EgressRig.SMALL, "x-penstock-placement: edge-first");
        assertEquals(200, degraded.statusCode(), degraded.body());
        assertEquals("plant-7", header(degraded, "x-penstock-site"));
        assertEquals("degraded: cloud down", header(degraded, "x-penstock-reason"));
        assertNothingReachedTheCloud();
    }

    @Test
    void cloudFirstWithTheLinkDownRunsTheEdgeModelAndSaysSo() throws Exception {
        rig.fleet.become(List.of(edgeWorker(List.of(EgressRig.SMALL)), cloudWorker(List.of(EgressRig.LARGE))));
        assertEquals("rented", header(ask(EgressRig.ANY, "x-penstock-placement: cloud-first"), "x-penstock-site"));
        rig.fleet.dead(cloudWorker(BOTH));
        HttpResponse<String> degraded = ask(EgressRig.ANY, "x-penstock-placement: cloud-first");
        assertEquals(200, degraded.statusCode(), degraded.body());
        assertEquals("plant-7", header(degraded, "x-penstock-site"));
        assertEquals("degraded: cloud down", header(degraded, "x-penstock-reason"));
    }

    @Test
    void aModelOfTheCloudAloneIsUnavailableWhileTheLinkIsDown() throws Exception {
        rig.fleet.become(List.of(edgeWorker(List.of(EgressRig.SMALL)), cloudWorker(List.of(EgressRig.LARGE))));
        rig.fleet.dead(cloudWorker(BOTH));
        HttpResponse<String> answer = ask(EgressRig.LARGE);
        assertEquals(503, answer.statusCode(), answer.body());
        assertEquals("5", header(answer, "retry-after"));
        assertNothingReachedTheCloud();
    }

    @Test
    void aPrivateRequestThatOnlyCloudsCouldRunIsUnavailable() throws Exception {
        rig.fleet.become(List.of(edgeWorker(List.of(EgressRig.SMALL)), cloudWorker(BOTH)));
        HttpResponse<String> answer = ask(EgressRig.LARGE, PRIVATE);
        assertEquals(503, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("data class private"), answer.body());
        assertEquals("5", header(answer, "retry-after"));
        assertNothingReachedTheCloud();
    }

    @Test
    void aPrivateRequestNeverSpillsFromAFullEdgeAndKeepsNobodyWaiting() throws Exception {
        rig.queueTimeout = Duration.ofSeconds(20);
        rig.fleet.full(edgeWorker(BOTH));
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return ask(EgressRig.SMALL, PRIVATE, "x-penstock-deadline-ms: 19000");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (rig.idle()) {
            Thread.onSpinWait();
        }
        // Whoever may go elsewhere does not stand behind it.
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> free = ask(EgressRig.SMALL);
            assertEquals("rented", header(free, "x-penstock-site"), free.body());
        }
        assertTrue(!waiting.isDone(), "it waits for the edge");
        rig.fleet.become(List.of(edgeWorker(BOTH), cloudWorker(BOTH)));
        ask(EgressRig.SMALL, PRIVATE);
        assertEquals("plant-7", header(waiting.get(20, TimeUnit.SECONDS), "x-penstock-site"));
        assertEquals(-1, cloud.received().indexOf("private"));
        assertEquals(5, cloud.requests.get());
    }

    @Test
    void aPrivateRequestAtAFullEdgeIsRefusedInTheEnd() throws Exception {
        rig.fleet.full(edgeWorker(BOTH));
        HttpResponse<String> answer = ask(EgressRig.SMALL, PRIVATE);
        assertEquals(503, answer.statusCode(), answer.body());
        assertEquals("1", header(answer, "retry-after"));
        assertNothingReachedTheCloud();
    }

    @ParameterizedTest
    @CsvSource({
        "'x-penstock-region: mars', 400, x-penstock-region, constraint_unsatisfiable",
        "'x-penstock-min-quality: 0.99', 400, x-penstock-min-quality, constraint_unsatisfiable",
        "'x-penstock-data-class: secret', 400, x-penstock-data-class, ",
        "'x-penstock-placment: edge-only', 400, x-penstock-placment, ",
    })
    void whatNobodyCanMeetIsRefusedByTheNameOfItsHeader(String header, int status, String param, String code)
            throws Exception {
        HttpResponse<String> answer = ask(EgressRig.LARGE, header);
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"param\":\"" + param + "\""), answer.body());
        assertTrue(answer.body().contains(code == null ? "(expected: " : "\"code\":\"" + code + "\""), answer.body());
    }

    @Test
    void whatMayNotCostThatMuchIsRefusedAndNotToBeTriedAgain() throws Exception {
        rig.fleet.become(List.of(cloudWorker(BOTH)));
        HttpResponse<String> answer = ask(EgressRig.LARGE, "x-penstock-max-cost-usd: 0.0001");
        assertEquals(429, answer.statusCode(), answer.body());
        assertEquals("false", header(answer, "x-should-retry"));
        assertTrue(answer.body().contains("max-cost-usd is 1.0E-4"), answer.body());
        assertNothingReachedTheCloud();
        rig.fleet.become(List.of(edgeWorker(BOTH), cloudWorker(BOTH)));
        assertEquals("plant-7", header(ask(EgressRig.LARGE, "x-penstock-max-cost-usd: 0.0001"), "x-penstock-site"));
    }

    @Test
    void aDeadlineEndsTheWaitForRoomAndTheAttempt() throws Exception {
        // Its p95 is foretold to be longer than that by any policy that foretells.
        rig.policy = (context, directory, load) -> load.hasRoom(edgeWorker(BOTH), 1)
                ? new RoutePlan(
                        List.of(new RoutePlan.Attempt(
                                edgeWorker(BOTH),
                                edgeWorker(BOTH).models().getFirst(),
                                RoutePlan.Start.AFTER_FAILURE,
                                RoutePlan.Transform.NONE,
                                Permit.of(context.constraints(), edgeWorker(BOTH))
                                        .orElseThrow(),
                                RoutePlan.Estimate.UNKNOWN)),
                        "test")
                : new NoCandidate.AllBusy(context.model());
        rig.queueTimeout = Duration.ofSeconds(20);
        edgeAct = Act.HANG;
        for (int full = 0; full < 2; full++) {
            long began = System.nanoTime();
            HttpResponse<String> late = ask(EgressRig.SMALL, "x-penstock-deadline-ms: 120");
            assertEquals(504, late.statusCode(), late.body());
            assertEquals("false", header(late, "x-should-retry"));
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos());
            rig.fleet.full(edgeWorker(BOTH));
        }
    }

    @Test
    void aHeaderTightensWhatKeyAndGatewaySayAndLoosensNothing() throws Exception {
        rig.keys = Map.of(
                "k",
                Constraints.NONE.meet(new Constraints(
                        DataClass.PRIVATE,
                        Placement.AUTO,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        Optional.empty(),
                        OptionalDouble.empty())));
        rig.fleet.become(List.of(cloudWorker(BOTH)));
        assertEquals(200, ask(EgressRig.SMALL).statusCode());
        int sent = cloud.requests.get();
        for (String loosening : List.of("x-penstock-data-class: public", "x-penstock-placement: cloud-first")) {
            assertEquals(
                    503, ask(EgressRig.SMALL, "authorization: k", loosening).statusCode());
        }
        rig.floor = new Constraints(
                DataClass.PUBLIC,
                Placement.EDGE_ONLY,
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty());
        assertEquals(503, ask(EgressRig.SMALL, "x-penstock-placement: auto").statusCode());
        assertEquals(sent, cloud.requests.get());
    }

    @Test
    void aPlanThatIsOlderThanThePoolIsMadeAgainAndNotCarriedOut() throws Exception {
        Worker misnamed = worker(cloud, 1, new Site("plant-7", Site.Kind.EDGE, "eu"), BOTH, Price.FREE);
        rig.fleet.become(List.of(misnamed));
        rig.fleet.unawareOf(cloudWorker(BOTH));
        HttpResponse<String> answer = ask(EgressRig.SMALL, PRIVATE);
        assertEquals(502, answer.statusCode(), answer.body());
        assertNothingReachedTheCloud();
        // One who left at the moment of the dispatch is planned around.
        rig.fleet.become(List.of(edgeWorker(BOTH), misnamed));
        rig.fleet.leavesAtDispatch(misnamed);
        assertEquals("plant-7", header(ask(EgressRig.SMALL, PRIVATE), "x-penstock-site"));
        assertNothingReachedTheCloud();
    }

    @Test
    void aPlanWithThePermitOfAnotherIsADefectAndSendsNothing() throws Exception {
        rig.policy = (context, directory, load) -> new RoutePlan(
                List.of(new RoutePlan.Attempt(
                        cloudWorker(BOTH),
                        cloudWorker(BOTH).models().getFirst(),
                        RoutePlan.Start.AFTER_FAILURE,
                        RoutePlan.Transform.NONE,
                        Permit.of(context.constraints(), edgeWorker(BOTH)).orElseThrow(),
                        RoutePlan.Estimate.UNKNOWN)),
                "defect");
        HttpResponse<String> answer = ask(EgressRig.SMALL, PRIVATE);
        assertEquals(500, answer.statusCode(), answer.body());
        assertNothingReachedTheCloud();
        while (!rig.idle()) {
            Thread.onSpinWait(); // the lease is given back all the same
        }
    }
}
