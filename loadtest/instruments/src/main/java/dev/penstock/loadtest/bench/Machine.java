package dev.penstock.loadtest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a comparison ran on.
 *
 * @param cpu its model
 * @param cores that this process may use
 * @param memoryBytes of the machine; 0 where it cannot be read
 * @param kernel name and version
 * @param java name and version of the JVM
 */
public record Machine(String cpu, int cores, long memoryBytes, String kernel, String java) {
    /** This one. */
    public static Machine here() {
        return new Machine(
                field(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(field(Path.of("/proc/meminfo"), "MemTotal", "0").replaceAll("\\D", "")) * 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.vendor") + " " + Runtime.version());
    }

    private static String field(Path file, String name, String otherwise) {
        Pattern wanted = Pattern.compile(Pattern.quote(name) + "\\s*:.*");
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> wanted.matcher(line).matches())
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException notLinux) {
            return otherwise;
        }
    }
}
