package dev.penstock.gateway;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.nio.file.Path;
import java.util.Map;

/** Configurations as files would give them. */
public final class Configs {
    private Configs() {}

    /** A whole one; {@code env:PEPPER} is {@code a pepper of some length}. */
    public static GatewayConfig gateway(String yaml) {
        SecretResolver secrets = SecretResolver.of(Map.of("PEPPER", "a pepper of some length"));
        return ConfigLoader.with(secrets)
                .parse("test.yaml", yaml, Path.of("."), GatewayConfig.class)
                .orThrow();
    }

    /** The section {@code auth}. */
    public static AuthConfig auth(String yaml) {
        return gateway("store: {}\nauth:\n" + yaml.indent(2)).auth();
    }
}
