package dev.penstock.loadtest.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a Java process what is left in its heap once the garbage is out.
 *
 * @param jcmd beside the Java that runs; a runtime without tools has none, and then nothing is known
 */
record HeapProbe(Path jcmd) {
    private static final Pattern USED = Pattern.compile("\\bused (\\d+)([KMG])\\b");

    /** The one of this Java. */
    static HeapProbe ofThisJava() {
        return new HeapProbe(Path.of(System.getProperty("java.home"), "bin", "jcmd"));
    }

    /** Bytes in use after a full collection; empty when it cannot be asked. */
    OptionalDouble usedBytes(long pid) throws InterruptedException {
        if (!Files.isExecutable(jcmd)) {
            return OptionalDouble.empty();
        }
        try {
            run(pid, "GC.run");
            return used(run(pid, "GC.heap_info"));
        } catch (IOException cannotBeAsked) {
            return OptionalDouble.empty();
        }
    }

    private String run(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
        return said;
    }

    /** What all generations use together, whichever collector it is; classes live elsewhere. */
    static OptionalDouble used(String heapInfo) {
        double sum = 0;
        boolean found = false;
        for (String line : heapInfo.lines().toList()) {
            Matcher used = USED.matcher(line);
            if (!line.contains("Metaspace") && !line.contains("class space") && used.find()) {
                int shift =
                        switch (used.group(2)) {
                            case "K" -> 10;
                            case "M" -> 20;
                            default -> 30;
                        };
                sum += (double) (Long.parseLong(used.group(1)) << shift);
                found = true;
            }
        }
        return found ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }
}
