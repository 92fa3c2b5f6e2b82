package dev.penstock.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.Permit;
import dev.penstock.routing.Worker;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Imports go one way, and other rules of the house that a compiler does not know. */
final class ArchitectureTest {
    private static final String ROOT = "dev.penstock";
    private static final String GATEWAY = ROOT + ".gateway";
    private static final String UPSTREAM = GATEWAY + ".upstream.";

    /** Module (its package below {@code dev.penstock}) to the modules it may import. */
    private static final Map<String, Set<String>> MODULES = Map.ofEntries(
            Map.entry("routing", Set.of()),
            Map.entry("protocol", Set.of()),
            Map.entry("runtime", Set.of("protocol")),
            Map.entry("engine", Set.of()),
            Map.entry("onnx", Set.of()),
            Map.entry("trainer", Set.of("onnx")),
            Map.entry("store", Set.of("runtime")),
            Map.entry("cache", Set.of()),
            Map.entry("gateway", Set.of("routing", "protocol", "runtime", "store", "cache", "engine")),
            Map.entry("worker", Set.of("protocol", "runtime", "engine")),
            Map.entry("loadtest", Set.of("routing", "protocol", "runtime")),
            Map.entry(
                    "deploy",
                    Set.of("routing", "protocol", "runtime", "engine", "cache", "gateway", "worker", "loadtest")));

    /**
     * Package of the gateway to those of its packages that it may import. The pipeline owns the ports; what stands
     * behind them knows the pipeline and not each other. The root package, with the main class, sees everything and is
     * seen by none.
     */
    private static final Map<String, Set<String>> GATEWAY_PACKAGES = Map.ofEntries(
            Map.entry("config", Set.of()),
            Map.entry("pipeline", Set.of("config")),
            Map.entry("http", Set.of("config", "pipeline")),
            Map.entry("embedding", Set.of()),
            Map.entry("models", Set.of("config", "pipeline", "embedding")),
            Map.entry("upstream", Set.of("config", "pipeline")),
            Map.entry("cache", Set.of("config", "embedding", "pipeline")),
            Map.entry("tenancy", Set.of("config", "pipeline")),
            Map.entry("admission", Set.of("config", "pipeline")),
            Map.entry("cluster", Set.of("config", "pipeline")),
            Map.entry("telemetry", Set.of("config", "pipeline")),
            Map.entry("admin", Set.of("config", "pipeline", "telemetry")),
            Map.entry("ledger", Set.of("config", "pipeline", "admin")),
            Map.entry("budget", Set.of("config", "pipeline", "admin")),
            Map.entry("accounts", Set.of("config", "tenancy", "admin")),
            Map.entry(
                    "",
                    Set.of(
                            "config",
                            "pipeline",
                            "http",
                            "upstream",
                            "cache",
                            "tenancy",
                            "admission",
                            "cluster",
                            "telemetry",
                            "admin",
                            "ledger",
                            "budget",
                            "accounts",
                            "models",
                            "embedding")));

    private static JavaClasses penstock;

    /**
     * Reads the classes where the build leaves them: this module does not depend on the trainer. Not the microbenchmarks:
     * they stand in the packages of what they measure, as tests do, and half of them is generated.
     */
    @BeforeAll
    static void readClasses() throws IOException {
        var root = Path.of(System.getProperty("penstock.root", ".."));
        try (var directories = Files.find(root, 4, (path, _) -> path.endsWith(Path.of("target", "classes")))) {
            penstock = new ClassFileImporter()
                    .importPaths(directories
                            .filter(directory -> !directory.startsWith(root.resolve("loadtest/jmh")))
                            .toList());
        }
        assertTrue(penstock.contain(GATEWAY + ".pipeline.Pipeline"), "no gateway classes below " + root);
    }

    @Test
    void modulesImportOneWay() {
        classes().should(importOnly(ROOT, MODULES)).check(penstock);
    }

    @Test
    void gatewayPackagesImportOneWay() {
        classes()
                .that()
                .resideInAPackage(GATEWAY + "..")
                .should(importOnly(GATEWAY, GATEWAY_PACKAGES))
                .check(penstock);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(penstock);
    }

    @Test
    void decisionsNeedNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".routing..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", ROOT + ".routing..")
                .check(penstock);
    }

    @Test
    void decisionsTakeTimeAndChanceAsParameters() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".routing..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .check(penstock);
    }

    @Test
    void wireAndEngineKnowNeitherVertxNorHazelcast() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".protocol..", ROOT + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "com.hazelcast..")
                .check(penstock);
    }

    @Test
    void workersAreClientsOfTheClusterNeverMembers() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".worker..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.hazelcast.core.Hazelcast")
                .check(penstock);
    }

    @Test
    void nothingIsSerializedByJava() {
        // By their own word: what a library's class brings along is never written or read.
        noClasses()
                .should(ArchCondition.from(DescribedPredicate.describe(
                        "say that they are serializable", type -> type.getRawInterfaces().stream()
                                .anyMatch(named -> named.isEquivalentTo(Serializable.class)
                                        || named.isEquivalentTo(Externalizable.class)))))
                .check(penstock);
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ObjectOutputStream.class)
                .check(penstock);
    }

    @Test
    void whatClientsSayLeavesThroughTheEgressOnly() {
        classes()
                .that()
                .haveFullyQualifiedName(UPSTREAM + "HttpForwarder")
                .or()
                .haveFullyQualifiedName(UPSTREAM + "KeptConnections")
                .should()
                .notBePublic()
                .check(penstock);
        noClasses()
                .that(not(partsOf("Egress", "HttpForwarder")))
                .should()
                .dependOnClassesThat(partsOf("HttpForwarder"))
                .check(penstock);
        noClasses()
                .that(not(partsOf("HttpForwarder", "KeptConnections")))
                .should()
                .dependOnClassesThat(partsOf("KeptConnections"))
                .check(penstock);
    }

    /**
     * Beside the egress only probes and alerts leave the gateway, and those carry nothing of any request: the one of other gateways
     * connects and says nothing. And texts to be embedded, where an operator names a server for it: whoever has a private
     * one asks first whether it would leave.
     */
    @Test
    void nothingElseInTheGatewayDialsAnybody() {
        noClasses()
                .that()
                .resideInAPackage(GATEWAY + "..")
                .and(not(partsOf("KeptConnections")))
                .and()
                .doNotHaveFullyQualifiedName(GATEWAY + ".Dialling")
                .and()
                .doNotHaveFullyQualifiedName(GATEWAY + ".cluster.GatewayCensus")
                .and()
                .doNotHaveFullyQualifiedName(GATEWAY + ".budget.Webhook")
                .and()
                .doNotHaveFullyQualifiedName(GATEWAY + ".embedding.HttpEmbedder")
                .should(ArchCondition.from(
                        DescribedPredicate.describe("make clients", type -> type.getCodeUnitCallsFromSelf().stream()
                                .anyMatch(ArchitectureTest::makesAClient))))
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(penstock);
    }

    private static boolean makesAClient(JavaCodeUnitAccess<?> call) {
        String owner = call.getTargetOwner().getName();
        String name = call.getTarget().getName();
        return (owner.equals(ROOT + ".runtime.net.HttpClientFactory") && name.equals("create"))
                || (owner.equals("io.vertx.core.Vertx") && name.matches("(create.*Client|httpClientBuilder).*"))
                || (owner.equals("java.net.Socket") && name.equals("<init>"))
                || (owner.equals("java.net.URL") && name.equals("openConnection"))
                || (owner.startsWith("java.nio.channels.") && owner.endsWith("Channel") && name.equals("open"));
    }

    /** A sidecar's backend makes the client, and probes with it; requests go through its egress. */
    @Test
    void whatASidecarPassesOnLeavesThroughItsEgressOnly() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".worker..")
                .and()
                .haveSimpleNameNotContaining("SidecarBackend")
                .and()
                .haveSimpleNameNotContaining("SidecarEgress")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.vertx\\.core\\.http\\.HttpClient(Agent)?|java\\.net\\.http\\..*")
                .check(penstock);
    }

    @Test
    void permitsAreMintedByPoliciesOnly() {
        classes()
                .that()
                .haveFullyQualifiedName(ROOT + ".routing.Permit")
                .should()
                .haveOnlyPrivateConstructors()
                .check(penstock);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".routing..")
                .should()
                .callMethod(Permit.class, "of", Constraints.class, Worker.class)
                .check(penstock);
        assertEquals(
                List.of("of"),
                Arrays.stream(Permit.class.getDeclaredMethods())
                        .filter(method ->
                                method.getReturnType() == Permit.class || method.getReturnType() == Optional.class)
                        .map(Method::getName)
                        .toList());
    }

    @Test
    void onlyCommandsPrint() {
        noClasses()
                .that(not(resideInAnyPackage(ROOT + ".deploy..", ROOT + ".loadtest..", ROOT + ".trainer..")))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(penstock);
    }

    @Test
    void logsGoThroughSlf4j() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.logging..").or(resideInAPackage("org.apache.log4j..")))
                .check(penstock);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl)|.*[.$](Base|Abstract)[A-Z].*")
                .check(penstock);
    }

    private static DescribedPredicate<JavaClass> partsOf(String... names) {
        return DescribedPredicate.describe("are of " + String.join(", ", names), type -> Arrays.stream(names)
                .anyMatch(name ->
                        type.getName().equals(UPSTREAM + name) || type.getName().startsWith(UPSTREAM + name + "$")));
    }

    /**
     * A class in part P of {@code root} imports, among the classes below {@code root}, only those in P and in the parts
     * allowed for P. A part is the first name below {@code root}, or empty for {@code root} itself.
     */
    private static ArchCondition<JavaClass> importOnly(String root, Map<String, Set<String>> allowed) {
        return new ArchCondition<>("import only what the table allows") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                part(item, root).ifPresent(part -> check(item, part, events));
            }

            private void check(JavaClass item, String part, ConditionEvents events) {
                if (!allowed.containsKey(part)) {
                    events.add(SimpleConditionEvent.violated(
                            item, item.getName() + ": the table has no entry for \"" + part + "\""));
                    return;
                }
                for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                    part(dependency.getTargetClass(), root)
                            .filter(target -> !target.equals(part)
                                    && !allowed.getOrDefault(part, Set.of()).contains(target))
                            .ifPresent(
                                    _ -> events.add(SimpleConditionEvent.violated(item, dependency.getDescription())));
                }
            }
        };
    }

    private static Optional<String> part(JavaClass item, String root) {
        var name = item.getBaseComponentType().getPackageName();
        if (name.equals(root)) {
            return Optional.of("");
        }
        if (!name.startsWith(root + ".")) {
            return Optional.empty();
        }
        var rest = name.substring(root.length() + 1);
        var dot = rest.indexOf('.');
        return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
    }
}
