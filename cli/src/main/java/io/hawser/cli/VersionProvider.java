package io.hawser.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Says which version this is, as the build wrote it down. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        return new String[] {
            "hawser " + version(), "Java " + Runtime.version(),
        };
    }

    private static String version() throws IOException {
        try (InputStream file = VersionProvider.class.getResourceAsStream("version.properties")) {
            if (file == null) {
                throw new IOException("version.properties is not on the class path");
            }
            var properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        }
    }
}
