package dev.penstock.deploy;

import picocli.CommandLine.Command;

/** {@code penstock cache}. */
@Command(
        name = "cache",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "See and purge what a running gateway answers from memory; measure and calibrate what judges",
            "whether one answer serves two questions."
        })
final class CacheCommand {}
