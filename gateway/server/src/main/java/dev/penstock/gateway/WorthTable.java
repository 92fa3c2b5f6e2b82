package dev.penstock.gateway;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.config.KeyConfig;
import dev.penstock.gateway.config.WorthOverrideConfig;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worth;
import java.util.HashMap;
import java.util.Map;

/** What time and quality are worth: to everybody, for a model, and to a key, the last named going before the others. */
final class WorthTable {
    private final Worth common;
    private final Map<ModelId, Worth> byModel = new HashMap<>();
    private final Map<String, WorthOverrideConfig> byKey = new HashMap<>();

    WorthTable(GatewayConfig config) {
        common = config.routing().worth().worth();
        config.routing().modelWorth().forEach((name, own) -> byModel.put(new ModelId(name), own.over(common)));
        for (KeyConfig key : config.auth().keys()) {
            key.worth().ifPresent(own -> byKey.put(key.id(), own));
        }
    }

    /**
     * Of one request.
     *
     * @param model as the client asked for it
     */
    Worth of(Principal principal, ModelId model) {
        Worth ofModel = byModel.getOrDefault(model, common);
        WorthOverrideConfig own = byKey.get(principal.id());
        return own == null ? ofModel : own.over(ofModel);
    }
}
