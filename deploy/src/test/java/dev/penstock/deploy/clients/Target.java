package dev.penstock.deploy.clients;

import java.net.URI;

/**
 * A running gateway, as its clients know it.
 *
 * @param url the gateway, without {@code /v1}
 * @param admin its admin listener
 * @param key a key without a limit worth mentioning
 * @param limitedKey a key that may make few requests a second
 * @param tokensKey a key that may use few tokens a second, and 150 at a stretch
 * @param chat a language model
 * @param slash a language model with a slash in its name
 * @param embedding an embedding model
 */
record Target(
        URI url,
        URI admin,
        String key,
        String limitedKey,
        String tokensKey,
        String chat,
        String slash,
        String embedding) {

    /** What OpenAI's clients call the base URL. */
    String baseUrl() {
        return url + "/v1";
    }
}
