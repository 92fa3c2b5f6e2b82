package dev.penstock.deploy;

import picocli.CommandLine.Command;

/** {@code penstock faults}. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Make faults, and see what comes of them.")
final class FaultsCommand {}
