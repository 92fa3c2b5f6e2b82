package dev.penstock.deploy;

import picocli.CommandLine.Command;

/** {@code penstock key}. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Make API keys.")
final class KeyCommand {}
