package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigDocs;
import dev.penstock.runtime.config.GeneratedFile;
import dev.penstock.worker.config.WorkerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The files that are written from the configuration's records are what the records say. */
final class ConfigurationDocsTest {
    private static final Path ROOT = Path.of(System.getProperty("penstock.root", ".."));

    @Test
    void reference() throws IOException {
        var intro = """
                `penstock gateway -c FILE` and `penstock worker -c FILE` read one YAML file each; `penstock up` reads a
                gateway's. An unknown key, a value out of range or a secret that cannot be found is refused, every fault
                at once with its line: `penstock config check -c FILE` says so without starting anything, `penstock
                config print -c FILE` prints what a file means, `penstock config example gateway` a file to begin with,
                `penstock config schema gateway` a JSON Schema for editors.

                A gateway reads its file again on SIGHUP and when it, or a file it names, has changed. One that is
                refused changes nothing; neither does one that changes `listener`, `admin`, `cluster`, `process`,
                `limits.total-buffer` or `auth.mode`, which need a restart, but for the files of certificates. A worker
                reads its certificates again in the same way, and nothing else.

                Secrets are references, `env:NAME` or `file:path`, never values.

                This page is written from the records of `dev.penstock.gateway.config` and `dev.penstock.worker.config`.
                """;
        var roots = List.of(
                new ConfigDocs.Root("A gateway's file", "Read by `penstock gateway -c FILE`.", GatewayConfig.class),
                new ConfigDocs.Root("A worker's file", "Read by `penstock worker -c FILE`.", WorkerConfig.class));
        pin("docs/configuration.md", ConfigDocs.markdown(intro, roots));
    }

    @Test
    void examples() throws IOException {
        for (var kind : ConfigKind.values()) {
            pin("deploy/src/main/dist/conf/" + kind + ".yaml", ConfigDocs.example(kind.type()));
        }
    }

    private static void pin(String file, String expected) throws IOException {
        assertEquals(Optional.empty(), GeneratedFile.difference(ROOT.resolve(file), expected));
    }
}
