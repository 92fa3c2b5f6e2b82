package dev.penstock.gateway.budget;

import dev.penstock.gateway.config.BudgetConfig;
import dev.penstock.routing.ModelId;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A budget of somebody's.
 *
 * @param id the same at every gateway and after every restart: whose, of what, how long, and of which models
 * @param owner {@code acme}, {@code acme/web} or a key's id
 * @param models that draw on it; empty is every model
 * @param limit of a period, in billionths of a dollar or in tokens
 * @param alertAt shares of it, in hundredths of a per cent
 */
record Budget(
        String id,
        Scope scope,
        String owner,
        Unit unit,
        BudgetConfig.Period period,
        boolean hard,
        Set<ModelId> models,
        long limit,
        List<Integer> alertAt) {
    /** A whole, in hundredths of a per cent. */
    static final int WHOLE = 10_000;

    private static final int NANO_DIGITS = 9;

    /** At whom it stands. */
    enum Scope {
        TENANT,
        PROJECT,
        KEY;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What it is of. */
    enum Unit {
        USD,
        TOKENS;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Budget of(Scope scope, String owner, BudgetConfig config) {
        Unit unit = config.usd().isPresent() ? Unit.USD : Unit.TOKENS;
        String models = config.models().stream().sorted().collect(Collectors.joining("\n"));
        return new Budget(
                scope.label() + ":" + owner + " " + unit.label() + " " + label(config.period())
                        + (models.isEmpty() ? "" : " " + digest(models)),
                scope,
                owner,
                unit,
                config.period(),
                config.hard(),
                config.models().stream().map(ModelId::new).collect(Collectors.toUnmodifiableSet()),
                config.limit(),
                config.alertAt().stream()
                        .map(share -> (int) Math.round(share * WHOLE))
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String label(BudgetConfig.Period period) {
        return period.name().toLowerCase(Locale.ROOT);
    }

    boolean covers(ModelId model) {
        return models.isEmpty() || models.contains(model);
    }

    /** An amount as people read it: {@code $12.5}, {@code 3000 tokens}. */
    String told(long amount) {
        return unit == Unit.TOKENS ? amount + " tokens" : "$" + dollars(amount).toPlainString();
    }

    /** Billionths as dollars, without needless digits. */
    static BigDecimal dollars(long nanos) {
        BigDecimal exact = BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros();
        return exact.setScale(Math.max(0, exact.scale()));
    }

    @Override
    public String toString() {
        return "the " + label(period) + " budget of " + scope.label() + " " + owner
                + (models.isEmpty()
                        ? ""
                        : " for " + models.stream().map(ModelId::value).sorted().collect(Collectors.joining(", ")));
    }
}
