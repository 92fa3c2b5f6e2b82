package dev.penstock.deploy.clients;

import dev.penstock.deploy.TestPool;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands tests one gateway with one worker, started for the first of them and stopped after the last. */
final class TargetExtension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Target.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var pool = context.getRoot()
                .getStore(Namespace.create(TargetExtension.class))
                .computeIfAbsent("pool", _ -> TestPool.start(), TestPool.class);
        return new Target(
                pool.url(),
                pool.adminUrl(),
                pool.key(),
                pool.limitedKey(),
                pool.tokensKey(),
                TestPool.CHAT_MODEL,
                TestPool.SLASH_MODEL,
                TestPool.EMBEDDING_MODEL);
    }
}
