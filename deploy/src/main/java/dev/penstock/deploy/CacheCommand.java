package dev.penstock.deploy;

import picocli.CommandLine.Command;

/** {@code penstock cache}. */
@Command(
        name = "cache",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Measure and calibrate what judges whether one answer serves two questions.")
final class CacheCommand {}
