package io.hawser.cli;

import io.hawser.server.security.TokenDraft;
import io.hawser.server.security.TokenIssuer;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import tools.jackson.databind.json.JsonMapper;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code hawser token create}: a signed connection or subscription token. */
@Command(
        name = "create",
        description = {"Makes a connection token, or with --channel a subscription token (HS256)."},
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class)
final class TokenCreateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private OutputOption output = new OutputOption();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            required = true,
            description = "Whom the token is for; empty for anybody.")
    private String user = "";

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            description = "Make a subscription token for this channel.")
    private @Nullable String channel;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1h",
            converter = Ttl.class,
            description = "How long it is valid: 30s, 15m, 1h, 7d; 0 for ever. 1h if not given.")
    private Duration ttl = Duration.ZERO;

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            defaultValue = "${env:HAWSER_TOKEN_HMAC_SECRET:-}",
            description = "The nodes' token.hmac_secret. Else HAWSER_TOKEN_HMAC_SECRET.")
    private String secret = "";

    @Override
    public Integer call() {
        if (secret.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "there is no secret to sign with",
                    "Give the nodes' token.hmac_secret with --secret or HAWSER_TOKEN_HMAC_SECRET.");
        }
        Instant now = Instant.now();
        TokenDraft draft = draft(new TokenIssuer(secret), now);
        if (!ttl.isZero()) {
            draft.expiresAt(now.plus(ttl));
        }
        spec.commandLine().getOut().println(shown(draft.sign()));
        return ExitCode.OK;
    }

    private TokenDraft draft(TokenIssuer issuer, Instant now) {
        return channel == null
                ? issuer.connection(user, now)
                : issuer.subscription(user, channel, now);
    }

    private String shown(String token) {
        return output.json()
                ? new JsonMapper().createObjectNode().put("token", token).toString()
                : token;
    }

    /** Reads times as people write them. */
    static final class Ttl implements ITypeConverter<Duration> {
        private static final Pattern TIME = Pattern.compile("(\\d{1,9})([smhd])|0");

        @Override
        public Duration convert(String text) {
            Matcher time = TIME.matcher(text);
            if (!time.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no time; write for example 30s, 15m, 1h, 7d");
            }
            long number = time.group(1) == null ? 0 : Long.parseLong(time.group(1));
            return switch (String.valueOf(time.group(2))) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(number);
                default -> Duration.ZERO;
            };
        }
    }
}
