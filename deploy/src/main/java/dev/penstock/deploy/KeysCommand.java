package dev.penstock.deploy;

import picocli.CommandLine.Command;

/** {@code penstock keys}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Make, look at, change, rotate and revoke the API keys of a running gateway's store;",
            "and make keys for a configuration (hash)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock keys new team-a --models llama-8b,llama-70b",
            "  penstock keys update team-a --set 'limits=[{requests: 600, per: 1m}]'",
            "  penstock keys rotate team-a --overlap 24h"
        })
final class KeysCommand {}
