package io.hawser.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Optional;

/** Reads addresses that people type. */
final class WebAddress {
    private WebAddress() {}

    /** The address, if it is a whole one with a host and one of the schemes. */
    static Optional<URI> parse(String text, String... schemes) {
        try {
            URI uri = new URI(text);
            boolean whole =
                    uri.getHost() != null && Arrays.asList(schemes).contains(uri.getScheme());
            return whole ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException notAnAddress) {
            return Optional.empty();
        }
    }
}
