package dev.penstock.gateway.pipeline;

import dev.penstock.gateway.config.Criticality;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Operation;
import java.util.Set;

/**
 * Who asks.
 *
 * @param id the key's public id, or {@code anonymous} on an open quick-start gateway; fit for logs, never the key itself
 * @param tenant who is billed
 * @param project the part of the tenant
 * @param models the models it may ask for; none is none, and {@link #EVERY_MODEL} is every one
 * @param operations what it may ask of them; empty is all of it
 * @param constraints what must hold of whoever runs its requests
 * @param criticality what is given up first where not all can be served
 * @param weight its tenant's share where requests wait, in proportion to others', above 0
 */
public record Principal(
        String id,
        String tenant,
        String project,
        Set<ModelId> models,
        Set<Operation> operations,
        Constraints constraints,
        Criticality criticality,
        double weight) {
    /** The tenant, and the project, of a key that names none. */
    public static final String DEFAULT = "default";

    private static final ModelId ANY = new ModelId("*");

    /** Every model there is. */
    public static final Set<ModelId> EVERY_MODEL = Set.of(ANY);

    /** Everybody, where the gateway is open. */
    public static final Principal ANONYMOUS = new Principal("anonymous");

    public Principal {
        models = Set.copyOf(models);
        operations = Set.copyOf(operations);
    }

    /** One that may do everything with its models, as critical and weighty as others. */
    public Principal(String id, String tenant, String project, Set<ModelId> models, Constraints constraints) {
        this(id, tenant, project, models, Set.of(), constraints, Criticality.DEFAULT, 1);
    }

    /** One of no tenant's. */
    public Principal(String id, Set<ModelId> models, Constraints constraints) {
        this(id, DEFAULT, DEFAULT, models, constraints);
    }

    /** One whose requests anybody may run. */
    public Principal(String id, Set<ModelId> models) {
        this(id, models, Constraints.NONE);
    }

    /** One that may ask for every model. */
    public Principal(String id) {
        this(id, EVERY_MODEL);
    }

    /** Whether it may ask for the model, and see it listed. */
    public boolean mayAsk(ModelId model) {
        return models.contains(model) || models.contains(ANY);
    }

    /** Whether it may ask that of the models it may ask for. */
    public boolean mayDo(Operation operation) {
        return operations.isEmpty() || operations.contains(operation);
    }
}
