package dev.penstock.loadtest.matrix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks another JVM about its heap, with the {@code jcmd} beside the {@code java} that this one runs on. */
final class HeapProbe {
    private static final Pattern USED = Pattern.compile("used (\\d+)([KMG])");
    private static final int LIMIT_SECONDS = 30;

    private HeapProbe() {}

    /**
     * Bytes in use after a full collection: the least of three, since being asked leaves something behind.
     *
     * @throws IOException when there is no jcmd, or the process does not answer it
     */
    static long usedAfterCollection(long pid) throws IOException, InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            jcmd(pid, "GC.run");
            least = Math.min(least, used(jcmd(pid, "GC.heap_info")));
        }
        return least;
    }

    /** The sum over the parts of the heap; those of metaspace, which come last, are no part of it. */
    static long used(String heapInfo) throws IOException {
        int metaspace = heapInfo.indexOf("Metaspace");
        Matcher matcher = USED.matcher(metaspace < 0 ? heapInfo : heapInfo.substring(0, metaspace));
        long bytes = 0;
        boolean found = false;
        while (matcher.find()) {
            found = true;
            long unit =
                    switch (matcher.group(2)) {
                        case "K" -> 1L << 10;
                        case "M" -> 1L << 20;
                        default -> 1L << 30;
                    };
            bytes += Long.parseLong(matcher.group(1)) * unit;
        }
        if (!found) {
            throw new IOException("jcmd GC.heap_info says nothing of what is used: " + heapInfo);
        }
        return bytes;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        try {
            String output = process.inputReader().readAllAsString();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("jcmd " + command + " failed: " + output.strip());
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
