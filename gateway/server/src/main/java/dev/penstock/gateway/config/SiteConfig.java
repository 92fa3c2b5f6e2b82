package dev.penstock.gateway.config;

import dev.penstock.routing.DataClass;
import dev.penstock.routing.Site;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import java.util.Optional;

/** Where something runs. */
@Doc("Where requests are finally run: the site of what runs them, not of a proxy in between.")
public record SiteConfig(
        @Doc("The site's name, such as `plant-7` or `aws-eu`.") @Default("local")
        String name,

        @Doc("`edge` is your own ground, `cloud` is anything else.") @Default("edge")
        Site.Kind kind,

        @Doc("A region label such as `eu-west-1`; empty is not labelled.") @Default("''")
        String region,

        @Doc("""
                The strictest class of data it may see: `public`, `internal` or `private`. Without it: `private` at the
                edge, `public` in a cloud. Private data never goes to a cloud, whatever this says.""") @Example("internal") Optional<DataClass> clearance) {
    public SiteConfig {
        Names.requireLabel("name", name);
        if (region.length() > Names.MAX_LABEL) {
            throw new IllegalArgumentException(
                    "region: " + region.length() + " characters (expected: at most " + Names.MAX_LABEL + ")");
        }
    }

    /** As routing knows it. */
    public Site site() {
        return clearance
                .map(strictest -> new Site(name, kind, region, strictest))
                .orElseGet(() -> new Site(name, kind, region));
    }
}
