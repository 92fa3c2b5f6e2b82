package dev.penstock.gateway.config;

import dev.penstock.routing.Site;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;

/** Where something runs. */
@Doc("Where requests are finally run: the site of what runs them, not of a proxy in between.")
public record SiteConfig(
        @Doc("The site's name, such as `plant-7` or `aws-eu`.") @Default("local")
        String name,

        @Doc("`edge` is your own ground, `cloud` is anything else.") @Default("edge")
        Site.Kind kind,

        @Doc("A region label such as `eu-west-1`; empty is not labelled.") @Default("''")
        String region) {
    public SiteConfig {
        Names.requireLabel("name", name);
        if (region.length() > Names.MAX_LABEL) {
            throw new IllegalArgumentException(
                    "region: " + region.length() + " characters (expected: at most " + Names.MAX_LABEL + ")");
        }
    }

    /** As routing knows it. */
    public Site site() {
        return new Site(name, kind, region);
    }
}
