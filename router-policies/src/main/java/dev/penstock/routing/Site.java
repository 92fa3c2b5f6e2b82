package dev.penstock.routing;

/**
 * Where a request is finally run: the site of what runs it, not of a proxy in between.
 *
 * @param name the site's name, such as {@code plant-7} or {@code aws-eu}
 * @param kind on the operator's own ground, or not
 * @param region a region label such as {@code eu-west-1}; {@code ""} is "not labelled"
 * @param clearance the strictest class of data it may see; {@link DataClass#PRIVATE} data never leaves the edge all the same
 */
public record Site(String name, Kind kind, String region, DataClass clearance) {
    /** Edge is the operator's own ground; anything else is the cloud. */
    public enum Kind {
        EDGE(DataClass.PRIVATE),
        CLOUD(DataClass.PUBLIC);

        private final DataClass clearance;

        Kind(DataClass clearance) {
            this.clearance = clearance;
        }
    }

    /** The site of a process that was told nothing: here. */
    public static final Site LOCAL = new Site("local", Kind.EDGE, "");

    /** A site with the clearance of its kind: everything at the edge, public data only in the cloud. */
    public Site(String name, Kind kind, String region) {
        this(name, kind, region, kind.clearance);
    }
}
