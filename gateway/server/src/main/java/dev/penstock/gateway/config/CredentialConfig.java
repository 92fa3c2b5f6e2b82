package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Secret;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** How the gateway authenticates at an upstream. */
@Doc("How the gateway authenticates there. The client's own key is never passed on.")
public sealed interface CredentialConfig {
    /** Not at all. */
    @Doc("No credential.")
    record None() implements CredentialConfig {}

    /** {@code Authorization: Bearer}. */
    @Doc("`Authorization: Bearer SECRET`.")
    record Bearer(
            @Doc("The token.") @Example("env:OPENAI_API_KEY")
            Secret secret) implements CredentialConfig {
        public Bearer {
            Names.requireHeaderValue("secret", secret);
        }
    }

    /** A header of its own. */
    @Doc("A header of its own, such as `api-key: SECRET`.")
    record Header(
            @Doc("The header's name.") @Example("api-key") String name,

            @Doc("The header's value.") @Example("file:/run/secrets/api-key")
            Secret secret)
            implements CredentialConfig {
        private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
        private static final Set<String> OURS =
                Set.of("host", "content-length", "transfer-encoding", "connection", "content-type", "upgrade", "te");

        public Header {
            if (!TOKEN.matcher(name).matches() || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "name: \"" + name + "\" (expected: a header name that HTTP itself does not use)");
            }
            Names.requireHeaderValue("secret", secret);
        }
    }
}
