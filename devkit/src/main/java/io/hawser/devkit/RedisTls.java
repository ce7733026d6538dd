package io.hawser.devkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * With what Redis and its Sentinels speak TLS. Immutable.
 *
 * @param certificate in PEM, of the server and at the same time of who signed it
 * @param key its private key in PEM
 */
public record RedisTls(Path certificate, Path key) {
    /** Settings as {@code redis.conf} has them: beside the plain port, TLS at this one. */
    List<String> settings(int port) {
        return List.of(
                "tls-port " + port,
                "tls-cert-file " + certificate,
                "tls-key-file " + key,
                "tls-ca-cert-file " + certificate,
                "tls-auth-clients no");
    }

    /** The same for {@link RedisOptions#arguments}. */
    public List<String> arguments(int port) {
        List<String> arguments = new ArrayList<>();
        for (String setting : settings(port)) {
            String[] words = setting.split(" ", 2);
            arguments.addAll(List.of("--" + words[0], words[1]));
        }
        return arguments;
    }
}
