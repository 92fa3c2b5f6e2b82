package dev.penstock.deploy;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code penstock --version} prints: the version the build wrote into the jar, and the Java it runs on. */
final class ProductVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        var version = PenstockCommand.class.getPackage().getImplementationVersion();
        return new String[] {
            "penstock " + Objects.requireNonNullElse(version, "from classes") + " (Java " + Runtime.version() + ", "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")"
        };
    }
}
