package dev.penstock.gateway.relaying;

import static dev.penstock.gateway.relaying.RelayTest.DONE;
import static dev.penstock.gateway.relaying.RelayTest.STREAM;
import static dev.penstock.gateway.relaying.RelayTest.frame;
import static dev.penstock.gateway.relaying.ScriptedWorker.SSE_HEAD;
import static dev.penstock.gateway.relaying.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.models.ExampleSimilarity;
import dev.penstock.gateway.models.VirtualModelResolver;
import dev.penstock.gateway.pipeline.Charge;
import dev.penstock.gateway.pipeline.PipelineSettings;
import dev.penstock.gateway.pipeline.RequestRecord;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.Price;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import dev.penstock.routing.model.DifficultyModel;
import dev.penstock.routing.model.Quality;
import dev.penstock.routing.model.VirtualModel;
import dev.penstock.routing.model.VirtualModel.Alias;
import dev.penstock.routing.model.VirtualModel.Auto;
import dev.penstock.routing.model.VirtualModel.Cascade;
import dev.penstock.routing.model.VirtualModel.Fallback;
import dev.penstock.routing.model.VirtualModels;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Aliases, fallbacks, auto, cascades and hedges against real servers. */
class VirtualModelTest {
    private static final Price SMALL_PRICE = new Price(1_000, 10_000);
    private static final Price BIG_PRICE = new Price(10_000, 100_000);

    private static String answer(String model, String text) {
        return "{\"model\":\"" + model
                + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + text + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,"
                + "\"total_tokens\":7}}";
    }

    private static String sureAnswer(String text, double... logprobs) {
        return "{\"model\":\"small\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + text
                + "\"},\"logprobs\":" + logprobs(logprobs)
                + ",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,"
                + "\"completion_tokens\":2,\"total_tokens\":7}}";
    }

    private static String logprobs(double... logprobs) {
        List<String> tokens = new ArrayList<>();
        for (double logprob : logprobs) {
            tokens.add("{\"token\":\"a\",\"logprob\":" + logprob
                    + ",\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-99}]}");
        }
        return "{\"content\":[" + String.join(",", tokens) + "],\"refusal\":null}";
    }

    private static ScriptedWorker.Script json(String body) {
        return x -> x.whole(200, "application/json", body);
    }

    private static ScriptedWorker.Script stream(String... frames) {
        return x -> {
            x.raw(SSE_HEAD);
            for (String frame : frames) {
                x.chunk(frame);
            }
            x.lastChunk();
        };
    }

    private static TestGateway gateway(Map<String, VirtualModel> virtual, URI small, URI... big) throws Exception {
        return gateway(TestGateway.SETTINGS, virtual, small, big);
    }

    /** w0 serves small, all others big, or all the same where there is only one name. */
    private static TestGateway gateway(
            PipelineSettings settings, Map<String, VirtualModel> virtual, URI small, URI... big) throws Exception {
        TestGateway gateway = new TestGateway(settings, TestGateway.PATIENT, 16);
        List<Worker> workers = new ArrayList<>();
        workers.add(worker(0, small, "small", SMALL_PRICE));
        for (URI uri : big) {
            workers.add(worker(workers.size(), uri, "big", BIG_PRICE));
        }
        gateway.fleet.workers(workers);
        gateway.policy = new InTierOrder();
        gateway.models = resolver(virtual);
        return gateway;
    }

    private static VirtualModelResolver resolver(Map<String, VirtualModel> virtual) {
        Map<ModelId, VirtualModel> models = new java.util.HashMap<>();
        virtual.forEach((name, model) -> models.put(new ModelId(name), model));
        Map<ModelId, Quality> qualities =
                Map.of(id("small"), new Quality(0.8, "a test"), id("big"), new Quality(0.98, "a test"));
        return new VirtualModelResolver(
                VirtualModels.of(models, qualities, name -> true), DifficultyModel.DEFAULT, ExampleSimilarity.NONE);
    }

    private static Worker worker(int slot, URI uri, String model, Price price) {
        ServedModel served = new ServedModel(
                id(model),
                "",
                0,
                0,
                "",
                EnumSet.of(Capability.CHAT, Capability.COMPLETION, Capability.LOGPROBS),
                Optional.of(price));
        return new Worker(new WorkerId("w" + slot), slot, uri, Accelerator.CPU, Site.LOCAL, 16, List.of(served));
    }

    private static ModelId id(String name) {
        return new ModelId(name);
    }

    private static HttpResponse<String> ask(TestGateway gateway, String question, String extra) throws Exception {
        return gateway.post(
                "/v1/chat/completions",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]" + extra + "}");
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void anAliasIsAskedForByItsTargetsName() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(answer("small", "hi")));
                TestGateway gateway = gateway(Map.of("m", new Alias(id("small"))), small.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", "");
            assertEquals(200, response.statusCode());
            assertEquals(answer("small", "hi"), response.body());
            assertTrue(small.requests.getFirst().body().startsWith("{\"model\":\"small\","));
            RequestRecord record = gateway.settled();
            assertEquals(Optional.of(id("m")), record.asked());
            assertEquals(Optional.of(id("small")), record.model());
            assertEquals(5 * 0.001 + 2 * 0.01, record.costUsd().orElseThrow(), 1e-12);
            gateway.assertNothingHeld();
        }
    }

    @Test
    void theAnswerNamesTheModelAlsoWhereItsWorkerCallsItOtherwise() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(answer("vendor/small", "hi")));
                TestGateway gateway = gateway(Map.of("m", new Alias(id("small"))), small.uri())) {
            gateway.modelNames.put("small", "vendor/small");
            assertEquals(answer("small", "hi"), ask(gateway, "hi", "").body());
            assertTrue(small.requests.getFirst().body().startsWith("{\"model\":\"vendor/small\","));
        }
    }

    @Test
    void whatNobodyServesIsUnavailableAndNotUnknown() throws Exception {
        try (TestGateway gateway = gateway(Map.of("m", new Alias(id("gone"))), URI.create("http://127.0.0.1:1"))) {
            HttpResponse<String> response = ask(gateway, "hi", "");
            assertEquals(503, response.statusCode());
            assertFalse(response.body().contains("gone"), response.body());
        }
    }

    @Test
    void aFallbackGoesOnToTheNextModel() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(x -> x.reset());
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "hi")));
                TestGateway gateway =
                        gateway(Map.of("m", new Fallback(List.of(id("small"), id("big")))), small.uri(), big.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", "");
            assertEquals(answer("big", "hi"), response.body());
            assertEquals("w1", header(response, "x-penstock-worker"));
            assertTrue(small.requests.getFirst().body().startsWith("{\"model\":\"small\","));
            assertTrue(big.requests.getFirst().body().startsWith("{\"model\":\"big\","));
            assertEquals(Optional.of(id("big")), gateway.settled().model());
            gateway.fleet.dead.add(0);
            assertEquals(answer("big", "hi"), ask(gateway, "hi", "").body());
            assertEquals(1, small.requests.size(), "who is dead is not asked");
        }
    }

    @Test
    void autoTakesTheSmallModelForAnEasyRequestAndTheBigOneForAHardOne() throws Exception {
        Auto auto = new Auto(
                List.of(
                        new Auto.Candidate(id("small"), Optional.empty()),
                        new Auto.Candidate(id("big"), Optional.empty())),
                0.8,
                Auto.Prefer.SMALLEST);
        try (ScriptedWorker small = new ScriptedWorker(json(answer("small", "hi")));
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "hi")));
                TestGateway gateway = gateway(Map.of("m", auto), small.uri(), big.uri())) {
            assertEquals(
                    answer("small", "hi"),
                    ask(gateway, "Translate hello to French", "").body());
            String hard = "Prove step by step that the integral of x^2 converges, derive the equation and compare"
                    + " two designs; debug the code ```def f(x): return x == 1```";
            assertEquals(answer("big", "hi"), ask(gateway, hard, "").body());
            assertEquals(
                    answer("big", "hi"),
                    ask(gateway, "why is that", ",\"reasoning_effort\":\"high\"")
                            .body());
            assertEquals(1, small.requests.size());
        }
    }

    @Test
    void aHedgeThatAnswersFirstWinsAndTheOtherIsCancelled() throws Exception {
        try (ScriptedWorker stuck = new ScriptedWorker(x -> x.hang());
                ScriptedWorker quick = new ScriptedWorker(stream(content("small", "hi", ""), finish(), DONE));
                TestGateway gateway = hedging(stuck.uri(), quick.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", STREAM);
            assertEquals(content("small", "hi", "") + finish() + DONE, response.body());
            assertEquals("w1", header(response, "x-penstock-worker"));
            eventually("the loser cancelled", () -> stuck.hungUp.get() == 1);
            RequestRecord record = gateway.settled();
            assertEquals("w1", record.worker().orElseThrow().value());
            assertEquals(2, record.attempts());
            assertEquals(1, record.hedges());
            Charge loser = record.charges().stream()
                    .filter(charge -> charge.worker().value().equals("w0"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(256, loser.usage().promptTokens(), "it had the prompt, of about so many tokens");
            assertTrue(loser.usage().estimated());
            assertEquals("in-tier-order, hedged", header(response, "x-penstock-reason"));
            eventually("both ended", () -> gateway.fleet.outcomes.size() == 2);
            assertTrue(gateway.fleet.outcomes.stream().anyMatch(Outcome.LostHedge.class::isInstance));
            assertTrue(gateway.fleet.outcomes.stream().anyMatch(Outcome.Succeeded.class::isInstance));
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aHedgeThatLosesIsCancelled() throws Exception {
        CountDownLatch hedged = new CountDownLatch(1);
        try (ScriptedWorker slow = new ScriptedWorker(x -> {
                    hedged.await();
                    x.whole(200, "application/json", answer("small", "slow"));
                });
                ScriptedWorker hedge = new ScriptedWorker(x -> {
                    hedged.countDown();
                    x.hang();
                });
                TestGateway gateway = hedging(slow.uri(), hedge.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", "");
            assertEquals(answer("small", "slow"), response.body());
            assertEquals("w0", header(response, "x-penstock-worker"));
            eventually("the loser cancelled", () -> hedge.hungUp.get() == 1);
            assertEquals("w0", gateway.settled().worker().orElseThrow().value());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoHasFailedTheOtherOfARaceMayStillAnswer() throws Exception {
        CountDownLatch hedged = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        try (ScriptedWorker failing = new ScriptedWorker(x -> {
                    hedged.await();
                    x.whole(500, "application/json", "{}");
                    failed.countDown();
                });
                ScriptedWorker hedge = new ScriptedWorker(x -> {
                    hedged.countDown();
                    failed.await();
                    x.whole(200, "application/json", answer("small", "saved"));
                });
                TestGateway gateway = hedging(failing.uri(), hedge.uri())) {
            assertEquals(answer("small", "saved"), ask(gateway, "hi", "").body());
            assertEquals("ok", gateway.settled().result());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whereBothOfARaceFailTheNextIsTried() throws Exception {
        CountDownLatch hedged = new CountDownLatch(1);
        try (ScriptedWorker first = new ScriptedWorker(x -> {
                    hedged.await();
                    x.whole(500, "application/json", "{}");
                });
                ScriptedWorker second = new ScriptedWorker(x -> {
                    hedged.countDown();
                    x.whole(500, "application/json", "{}");
                });
                ScriptedWorker third = new ScriptedWorker(json(answer("small", "third")));
                TestGateway gateway = hedging(first.uri(), second.uri(), third.uri())) {
            assertEquals(answer("small", "third"), ask(gateway, "hi", "").body());
            assertEquals(3, gateway.settled().attempts());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void withoutABudgetNobodyIsHedged() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedWorker slow = new ScriptedWorker(x -> {
                    asked.countDown();
                    x.hang();
                });
                ScriptedWorker other = new ScriptedWorker(json(answer("small", "hi")));
                TestGateway gateway = hedging(TestGateway.SETTINGS, slow.uri(), other.uri())) {
            try (var socket = gateway.send(TestGateway.chatBody(""))) {
                asked.await();
                assertTrue(socket.isConnected());
            }
            eventually("given up", () -> slow.hungUp.get() == 1);
            assertEquals(0, other.requests.size());
            assertEquals(1, gateway.settled().attempts());
        }
    }

    private static TestGateway hedging(URI... workers) throws Exception {
        return hedging(TestGateway.SETTINGS.withHedges(1), workers);
    }

    private static TestGateway hedging(PipelineSettings settings, URI... workers) throws Exception {
        TestGateway gateway = gateway(settings, Map.of("m", new Alias(id("small"))), workers[0]);
        List<Worker> all = new ArrayList<>();
        for (URI uri : workers) {
            all.add(worker(all.size(), uri, "small", SMALL_PRICE));
        }
        gateway.fleet.workers(all);
        return gateway;
    }

    private static String content(String model, String text, String logprobs) {
        return frame("{\"model\":\"" + model + "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}"
                + (logprobs.isEmpty() ? "" : ",\"logprobs\":" + logprobs) + ",\"finish_reason\":null}]}");
    }

    private static String finish() {
        return frame("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
    }

    private static Map<String, VirtualModel> cascade() {
        return Map.of("m", new Cascade(List.of(id("small"), id("big")), 0.8));
    }

    @Test
    void aConfidentAnswerIsSentWithoutWhatTheClientDidNotAskFor() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(sureAnswer("hi", -0.01, -0.1)));
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "hi")));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", "");
            assertEquals(sureAnswer("hi", -0.01, -0.1).replace(logprobs(-0.01, -0.1), "null"), response.body());
            assertTrue(small.requests.getFirst().body().contains("\"logprobs\":true"));
            assertEquals("cascade: confidence 0.947 >= 0.800", header(response, "x-penstock-reason"));
            assertEquals("application/json", header(response, "content-type"));
            assertEquals(0, big.requests.size());
            RequestRecord record = gateway.settled();
            assertEquals(Optional.of(id("small")), record.model());
            assertEquals(1, record.charges().size());
            assertTrue(record.timeToFirstToken().isPresent());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoAskedForLogProbabilitiesGetsThem() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(sureAnswer("hi", -0.01)));
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "hi")));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            assertEquals(
                    sureAnswer("hi", -0.01),
                    ask(gateway, "hi", ",\"logprobs\":true").body());
        }
    }

    @Test
    void anAnswerThatIsNotConfidentIsNotSentButBilled() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(sureAnswer("hm", -0.01, -3.0)));
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "sure")));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", "");
            assertEquals(answer("big", "sure"), response.body());
            assertEquals("w1", header(response, "x-penstock-worker"));
            assertEquals("cascade: confidence 0.520 < 0.800", header(response, "x-penstock-reason"));
            assertFalse(big.requests.getFirst().body().contains("logprobs"));
            RequestRecord record = gateway.settled();
            assertEquals(Optional.of(id("big")), record.model());
            assertEquals(
                    List.of("small", "big"),
                    record.charges().stream()
                            .map(Charge::model)
                            .map(ModelId::value)
                            .toList());
            assertEquals(0.025 + 0.25, record.costUsd().orElseThrow(), 1e-12);
            assertEquals(1, record.escalations());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void anEscalationThatCostsTooMuchWithWhatWasSpentIsLeftOut() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(sureAnswer("hm", -3)));
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "sure")));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            // Nothing bounds what the larger one may generate.
            HttpResponse<String> response =
                    gateway.post("/v1/chat/completions", body, "x-penstock-max-cost-usd", "1000");
            assertEquals(200, response.statusCode(), response.body());
            assertEquals("w0", header(response, "x-penstock-worker"));
            assertEquals(0, big.requests.size());
            assertEquals(0.025, gateway.settled().costUsd().orElseThrow(), 1e-12);
            gateway.assertNothingHeld();
        }
    }

    @Test
    void whoTellsNoConfidenceIsNotTakenForConfident() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(answer("small", "hm")));
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "sure")));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            assertEquals(answer("big", "sure"), ask(gateway, "hi", "").body());
        }
    }

    @Test
    void theSmallAnswerIsBetterThanNone() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(json(sureAnswer("hm", -3)));
                ScriptedWorker big = new ScriptedWorker(x -> x.whole(500, "application/json", "{}"));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", "");
            assertEquals(200, response.statusCode());
            assertEquals(sureAnswer("hm", -3).replace(logprobs(-3), "null"), response.body());
            assertEquals("w0", header(response, "x-penstock-worker"));
            assertEquals(
                    "cascade: confidence 0.050 < 0.800, but nobody larger answered",
                    header(response, "x-penstock-reason"));
            assertEquals(Optional.of(id("small")), gateway.settled().model());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aStreamIsReplayedOnceItIsWholeAndConfident() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(stream(
                        content("small", "a", logprobs(-0.1)), content("small", "b", logprobs(-0.1)), finish(), DONE));
                ScriptedWorker big = new ScriptedWorker(json(answer("big", "hi")));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            HttpResponse<String> response = ask(gateway, "hi", STREAM);
            assertEquals(
                    content("small", "a", "null") + content("small", "b", "null") + finish() + DONE, response.body());
            assertEquals("text/event-stream", header(response, "content-type"));
            assertEquals("no-cache", header(response, "cache-control"));
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aStreamThatIsNotConfidentIsTheLargerModels() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(stream(content("small", "a", logprobs(-2)), finish(), DONE));
                ScriptedWorker big = new ScriptedWorker(stream(content("big", "b", ""), finish(), DONE));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            assertEquals(
                    content("big", "b", "") + finish() + DONE,
                    ask(gateway, "hi", STREAM).body());
            gateway.assertNothingHeld();
        }
    }

    @Test
    void aHeldStreamThatBreaksCanBeTriedAgain() throws Exception {
        try (ScriptedWorker small = new ScriptedWorker(x -> {
                    x.raw(SSE_HEAD);
                    x.chunk(content("small", "a", logprobs(-0.1)));
                    x.reset();
                });
                ScriptedWorker big = new ScriptedWorker(stream(content("big", "b", ""), finish(), DONE));
                TestGateway gateway = gateway(cascade(), small.uri(), big.uri())) {
            assertEquals(
                    content("big", "b", "") + finish() + DONE,
                    ask(gateway, "hi", STREAM).body());
            gateway.assertNothingHeld();
        }
    }
}
