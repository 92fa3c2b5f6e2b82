package dev.penstock.protocol.announcement;

/**
 * Where what finally runs the request stands.
 *
 * @param name the site's name, 1 to 128 characters
 * @param kind {@code edge} or {@code cloud}
 * @param region a region label, up to 128 characters; {@code ""} is "not labelled"
 * @param clearance the strictest class of data it may see, such as {@code internal}; {@code ""} is that of its kind
 */
public record AnnouncedSite(String name, String kind, String region, String clearance) {
    public AnnouncedSite {
        Limits.text("site.name", name, 1, 128);
        Limits.text("site.kind", kind, 1, 32);
        Limits.text("site.region", region, 0, 128);
        Limits.text("site.clearance", clearance, 0, 32);
    }

    /** One with the clearance of its kind. */
    public AnnouncedSite(String name, String kind, String region) {
        this(name, kind, region, "");
    }
}
