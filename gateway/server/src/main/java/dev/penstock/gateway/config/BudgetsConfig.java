package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Who is told of budgets. */
@Doc("Who is told when budgets are spent. The budgets themselves stand at the keys, projects and tenants in `auth`.")
public record BudgetsConfig(
        @Doc("""
                Where a JSON object is POSTed when a share of a budget in its `alert-at` is spent, once a period and in the
                whole cluster. Without one it is in the log.""") @Example("https://ops.example.com/hooks/penstock")
        Optional<URI> webhook,

        @Doc("What the webhook is shown, as `Authorization: Bearer`.") @Example("env:PENSTOCK_WEBHOOK_SECRET")
        Optional<Secret> webhookSecret,

        @Doc("How long the webhook may take to answer; where it does not, or not with a 2xx, it is tried again twice.")
        @Default("5s")
        @Range(min = "100ms", max = "1m")
        Duration webhookTimeout) {
    public BudgetsConfig {
        webhook.ifPresent(BudgetsConfig::requireHttp);
        if (webhookSecret.isPresent() && webhook.isEmpty()) {
            throw new IllegalArgumentException(
                    "webhook-secret: given without a `webhook` (expected: both, or neither)");
        }
    }

    private static void requireHttp(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean http = scheme.equals("http") || scheme.equals("https");
        if (!http || url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            // The value is not repeated: it may hold a password.
            throw new IllegalArgumentException(
                    "webhook: not a URL that can be asked (expected: http or https, a host, no user and no fragment)");
        }
    }
}
