package dev.penstock.routing.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar of somebody else's beside ours on the class path of a process of its own. */
class ThirdPartyComponentTest {
    private static final String SPI = "dev.penstock.routing.spi.";

    private static final String COMPONENTS = """
            package com.example;

            import dev.penstock.routing.*;
            import dev.penstock.routing.policy.Policies;
            import dev.penstock.routing.spi.*;
            import java.util.List;

            public final class Tuesday {
                public static final class Never implements FilterFactory {
                    public String name() { return "never"; }
                    public Filter create(Options options) {
                        options.allow();
                        return new Filter() {
                            public int keep(RoutingContext c, Candidates a, LoadView l, int[] rows, int count) { return 0; }
                            public NoCandidate refusal(RoutingContext c, Candidates a, LoadView l, int[] rows, int count) {
                                return new NoCandidate.AllBusy(c.model());
                            }
                        };
                    }
                }

                public static final class Latest implements PickerFactory {
                    public String name() { return "latest"; }
                    public Picker create(Options options) {
                        return (c, a, l, rows, count, costs, picked) -> { picked[0] = rows[count - 1]; return 1; };
                    }
                }

                public static final class Moon implements ScorerFactory {
                    public String name() { return "moon"; }
                    public Scorer create(Options options) {
                        double phase = options.number("phase", 0.5, 0, 1);
                        return new Scorer() {
                            public Unit unit() { return Unit.RATIO; }
                            public void add(RoutingContext c, Candidates a, LoadView l, int[] rows, int n, double s, double[] costs) {
                                for (int k = 0; k < n; k++) { costs[k] += s * phase; }
                            }
                        };
                    }
                }

                public static final class Whole implements PolicyFactory {
                    public String name() { return "tuesday"; }
                    public RoutingPolicy create(List<Filter> filters, Options options) {
                        return (context, directory, load) -> new NoCandidate.AllBusy(context.model());
                    }
                }

                public static void main(String[] arguments) {
                    Policies.named("tuesday", Options.NONE, List.of(Policies.filter(new Policies.Component("never"))));
                    Policies.compose("mine", List.of(new Policies.Component("never")),
                            List.of(new Policies.Component("moon"), new Policies.Component("outstanding")),
                            new Policies.Component("latest"), Options.NONE);
                    System.out.print(Policies.names().contains("tuesday") + " " + Policies.names().contains("balanced"));
                }
            }
            """;

    @Test
    void isFoundByItsName(@TempDir Path directory) throws Exception {
        Path jar = jar(directory);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java, "-cp", ours() + System.getProperty("path.separator") + jar, "com.example.Tuesday")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1, said);
        assertEquals("true true", said);
    }

    private static Path jar(Path directory) throws IOException, URISyntaxException {
        Path source = Files.createDirectories(directory.resolve("com/example")).resolve("Tuesday.java");
        Files.writeString(source, COMPONENTS);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", ours(), "-d", directory.toString(), source.toString());
        assertEquals(0, failed, "the components do not compile");
        Path jar = directory.resolve("components.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> classes = Files.list(directory.resolve("com/example"))) {
            for (Path each :
                    classes.filter(path -> path.toString().endsWith(".class")).toList()) {
                entry(out, "com/example/" + each.getFileName(), Files.readAllBytes(each));
            }
            for (String kind : List.of("Filter Never", "Picker Latest", "Scorer Moon", "Policy Whole")) {
                String[] words = kind.split(" ");
                entry(
                        out,
                        "META-INF/services/" + SPI + words[0] + "Factory",
                        ("com.example.Tuesday$" + words[1]).getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private static void entry(JarOutputStream jar, String name, byte[] bytes) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(bytes);
        jar.closeEntry();
    }

    private static String ours() throws URISyntaxException {
        return Path.of(Policies.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }
}
