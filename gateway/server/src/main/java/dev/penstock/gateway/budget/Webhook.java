package dev.penstock.gateway.budget;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.config.BudgetsConfig;
import dev.penstock.runtime.net.ClientConfig;
import dev.penstock.runtime.net.HttpClientFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * POSTs alerts to the URL of the configuration, and to no other: redirects are not followed. It carries nothing of any
 * request. Tried three times in all; at most {@value #MOST} at once, further ones fail.
 */
final class Webhook implements AlertChannel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<Duration> PAUSES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(10));
    private static final int MOST = 64;
    private static final int MOST_CONNECTIONS = 4;
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final Vertx vertx;
    private final Supplier<BudgetsConfig> config;
    private final HttpClient client;
    private final AtomicInteger running = new AtomicInteger();

    /** @param config the one that holds at the moment */
    Webhook(Vertx vertx, Supplier<BudgetsConfig> config) {
        this.vertx = vertx;
        this.config = config;
        this.client = HttpClientFactory.create(vertx, ClientConfig.defaults().withMaxConnections(MOST_CONNECTIONS));
    }

    @Override
    public void tell(Alert alert, Consumer<Boolean> done) {
        if (config.get().webhook().isEmpty()) {
            done.accept(true); // the log is all there is
        } else if (running.incrementAndGet() > MOST) {
            running.decrementAndGet();
            LOG.warn(
                    "the webhook is behind: it is not told that {} % of {} are spent",
                    alert.share() / 100.0, alert.budget());
            done.accept(false);
        } else {
            attempt(body(alert), 0).onComplete(told -> {
                running.decrementAndGet();
                if (told.failed()) {
                    LOG.warn(
                            "the webhook does not take alerts: {}",
                            String.valueOf(told.cause().getMessage()));
                }
                done.accept(told.succeeded());
            });
        }
    }

    private Future<Void> attempt(Buffer body, int before) {
        BudgetsConfig now = config.get();
        if (now.webhook().isEmpty()) {
            return Future.succeededFuture();
        }
        return post(now, now.webhook().get(), body)
                .recover(failure -> before < PAUSES.size()
                        ? vertx.timer(PAUSES.get(before).toMillis(), TimeUnit.MILLISECONDS)
                                .compose(paused -> attempt(body, before + 1))
                        : Future.failedFuture(failure));
    }

    private Future<Void> post(BudgetsConfig now, URI url, Buffer body) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        RequestOptions target = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setSsl(tls)
                .setHost(url.getHost().replaceAll("[\\[\\]]", ""))
                .setPort(url.getPort() >= 0 ? url.getPort() : tls ? HTTPS : HTTP)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                .setFollowRedirects(false)
                .setTimeout(now.webhookTimeout().toMillis())
                .putHeader("content-type", "application/json")
                .putHeader("user-agent", "penstock");
        now.webhookSecret().ifPresent(secret -> target.putHeader("authorization", "Bearer " + secret.reveal()));
        return client.request(target).compose(request -> request.send(body)).compose(response -> response.end()
                .compose(end -> response.statusCode() / 100 == 2
                        ? Future.succeededFuture()
                        : Future.failedFuture("status " + response.statusCode() + " (expected: 2xx)")));
    }

    private static Buffer body(Alert alert) {
        Budget budget = alert.budget();
        ObjectNode json = MAPPER.createObjectNode();
        json.put("event", "budget.share_spent");
        json.put("budget", budget.id());
        BudgetJson.owner(json, budget);
        json.put("unit", budget.unit().label());
        json.put("period", Budget.label(budget.period()));
        json.put("starts", alert.starts().toString());
        Periods.ends(budget.period(), alert.starts()).ifPresent(ends -> json.put("ends", ends.toString()));
        json.put("hard", budget.hard());
        BudgetJson.amount(json, "limit", budget, budget.limit());
        BudgetJson.amount(json, "spent", budget, alert.spent());
        json.put("share", alert.share() / (double) Budget.WHOLE);
        return Buffer.buffer(json.toString());
    }

    @Override
    public void close() {
        client.close();
    }
}
