package dev.penstock.deploy;

import picocli.CommandLine.Command;

/** {@code penstock config}. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Look at configuration files without starting anything.")
final class ConfigCommand {}
