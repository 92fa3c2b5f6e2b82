package dev.penstock.deploy;

import picocli.CommandLine.Command;

/** {@code penstock tenants}. */
@Command(
        name = "tenants",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Make, look at and change the tenants of a running gateway's store, and their projects.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock tenants new acme --weight 2",
            "  penstock tenants new acme/web               a project",
            "  penstock tenants update acme --set 'constraints={data-class: internal}'"
        })
final class TenantsCommand {}
