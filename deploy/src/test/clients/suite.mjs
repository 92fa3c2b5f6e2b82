// The npm openai SDK against a running gateway: node suite.mjs PACKAGE. PENSTOCK_TARGET names the gateway and its
// models as JSON. Prints a line of JSON for each case: {"name", "error"}, the error null where it passed.
import assert from "node:assert/strict";

const { default: OpenAI } = await import(process.argv[2]);
const target = JSON.parse(process.env.PENSTOCK_TARGET);
const question = [{ role: "user", content: "What is 2 plus 3?" }];

// Cases are about what workers answer, but for those that say so.
const client = (options = {}) =>
  new OpenAI({
    baseURL: `${target.url}/v1`,
    apiKey: target.key,
    maxRetries: 0,
    timeout: 30_000,
    defaultHeaders: { "Cache-Control": "no-cache" },
    ...options,
  });
const openai = client();
const chat = (extra = {}) => ({ model: target.chat, messages: question, temperature: 0, max_tokens: 24, ...extra });

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");

const cases = {
  async "chat"() {
    const answer = await openai.chat.completions.create(chat());
    assert.equal(answer.object, "chat.completion");
    assert.equal(answer.model, target.chat);
    assert.equal(answer.choices[0].message.role, "assistant");
    assert.ok(answer.choices[0].message.content.length > 0);
    assert.ok(["stop", "length"].includes(answer.choices[0].finish_reason));
    assert.ok(answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    assert.ok(answer._request_id, "x-request-id");
  },

  async "stream says what chat says"() {
    const whole = await openai.chat.completions.create(chat());
    const chunks = await collect(await openai.chat.completions.create(chat({ stream: true })));
    assert.equal(chunks[0].choices[0].delta.role, "assistant");
    assert.equal(textOf(chunks), whole.choices[0].message.content);
    assert.equal(chunks.at(-1).choices[0].finish_reason, whole.choices[0].finish_reason);
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    assert.ok(chunks.every((chunk) => chunk.usage == null), "no usage where none was asked for");
  },

  async "stream helper"() {
    const runner = openai.chat.completions.stream(chat());
    let deltas = "";
    runner.on("content", (delta) => (deltas += delta));
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices[0].message.content, deltas);
    assert.ok(["stop", "length"].includes(final.choices[0].finish_reason));
  },

  async "usage chunk"() {
    const chunks = await collect(
      await openai.chat.completions.create(chat({ stream: true, stream_options: { include_usage: true } })),
    );
    const last = chunks.at(-1);
    assert.deepEqual(last.choices, []);
    assert.ok(last.usage.prompt_tokens > 0 && last.usage.completion_tokens > 0);
  },

  async "two choices, streamed, keep apart"() {
    const chunks = await collect(
      await openai.chat.completions.create(chat({ stream: true, n: 2, temperature: 0.8, seed: 7 })),
    );
    for (const index of [0, 1]) {
      const own = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.index === index);
      assert.ok(own.length > 1);
      assert.ok(own.at(-1).finish_reason);
    }
  },

  async "logprobs"() {
    const answer = await openai.chat.completions.create(chat({ logprobs: true, top_logprobs: 2 }));
    const tokens = answer.choices[0].logprobs.content;
    assert.equal(tokens.length > 0, true);
    assert.equal(tokens[0].top_logprobs.length, 2);
    assert.ok(tokens[0].logprob <= 0);
  },

  async "completions"() {
    const ask = { model: target.chat, prompt: "Hello", max_tokens: 8, temperature: 0 };
    const whole = await openai.completions.create(ask);
    assert.equal(whole.object, "text_completion");
    const chunks = await collect(await openai.completions.create({ ...ask, stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.text ?? "").join(""), whole.choices[0].text);
  },

  async "embeddings as the SDK asks by default"() {
    const input = ["a gateway", "a pool of workers"];
    const encoded = await openai.embeddings.create({ model: target.embedding, input });
    assert.equal(encoded.data.length, 2);
    assert.equal(encoded.data[1].index, 1);
    assert.ok(encoded.usage.prompt_tokens > 0);
    const plain = await openai.embeddings.create({ model: target.embedding, input, encoding_format: "float" });
    for (const [row, data] of encoded.data.entries()) {
      assert.equal(data.embedding.length, plain.data[row].embedding.length);
      assert.ok(data.embedding.every((value, i) => Math.abs(value - plain.data[row].embedding[i]) < 1e-3));
    }
  },

  async "answers from memory, whole and streamed"() {
    const remembering = client({ defaultHeaders: {} });
    const ask = chat({ messages: [{ role: "user", content: "What is 4 plus 3?" }] });
    const told = await remembering.chat.completions.create(ask);
    assert.equal(told.choices[0].finish_reason, "stop", "or it is not kept");
    let known;
    do {
      known = await remembering.chat.completions.create(ask).withResponse();
    } while (known.response.headers.get("x-penstock-cache") !== "exact");
    assert.equal(known.data.choices[0].message.content, told.choices[0].message.content);
    assert.deepEqual(known.data.usage.total_tokens, told.usage.total_tokens);
    const stream = await remembering.chat.completions
      .create({ ...ask, stream: true, stream_options: { include_usage: true } })
      .withResponse();
    assert.equal(stream.response.headers.get("x-penstock-cache"), "exact");
    const chunks = await collect(stream.data);
    assert.equal(textOf(chunks), told.choices[0].message.content);
    assert.equal(chunks.at(-1).usage.total_tokens, told.usage.total_tokens);
    const final = await remembering.chat.completions.stream(ask).finalChatCompletion();
    assert.equal(final.choices[0].message.content, told.choices[0].message.content);
    const vectors = { model: target.embedding, input: "from memory" };
    const first = await remembering.embeddings.create(vectors);
    let again;
    do {
      again = await remembering.embeddings.create(vectors).withResponse();
    } while (again.response.headers.get("x-penstock-cache") !== "exact");
    assert.deepEqual(again.data.data[0].embedding, first.data[0].embedding);
    const none = await remembering.chat.completions
      .create(chat({ seed: 99 }), { headers: { "Cache-Control": "only-if-cached" } })
      .catch((e) => e);
    assert.equal(none.status, 504);
    assert.equal(none.code, "not_cached");
  },

  async "models"() {
    const listed = [];
    for await (const model of openai.models.list()) listed.push(model.id);
    assert.ok(listed.includes(target.chat) && listed.includes(target.embedding), listed.join());
    assert.equal((await openai.models.retrieve(target.chat)).id, target.chat);
  },

  async "a model with a slash in its name"() {
    assert.equal((await openai.models.retrieve(target.slash)).id, target.slash);
    const answer = await openai.chat.completions.create(chat({ model: target.slash }));
    assert.equal(answer.model, target.slash);
  },

  async "an unknown model is not found"() {
    const error = await openai.chat.completions.create(chat({ model: "no-such-model" })).catch((e) => e);
    assert.ok(error instanceof OpenAI.NotFoundError, String(error));
    assert.equal(error.code, "model_not_found");
    assert.equal(error.type, "invalid_request_error");
    assert.ok(error.requestID, "x-request-id");
  },

  async "a bad value names its field"() {
    const error = await openai.chat.completions.create(chat({ max_tokens: -1 })).catch((e) => e);
    assert.ok(error instanceof OpenAI.BadRequestError, String(error));
    assert.match(error.param, /^max_(completion_)?tokens$/);
    assert.equal(error.type, "invalid_request_error");
  },

  async "a bad value is an error before a stream begins"() {
    const error = await openai.chat.completions.create(chat({ temperature: 9, stream: true })).catch((e) => e);
    assert.ok(error instanceof OpenAI.BadRequestError, String(error));
    assert.equal(error.param, "temperature");
  },

  async "a wrong key is refused"() {
    const error = await client({ apiKey: "sk-wrong" }).models.list().catch((e) => e);
    assert.ok(error instanceof OpenAI.AuthenticationError, String(error));
    assert.equal(error.code, "invalid_api_key");
  },

  async "a limit says when to come back"() {
    const limited = client({ apiKey: target.limitedKey });
    let error;
    for (let i = 0; i < 20 && !error; i++) error = await limited.chat.completions.create(chat({ max_tokens: 1 })).then(() => undefined, (e) => e);
    assert.ok(error instanceof OpenAI.RateLimitError, String(error));
    const seconds = Number(error.headers.get("retry-after"));
    const millis = Number(error.headers.get("retry-after-ms"));
    assert.ok(seconds >= 1 && seconds <= 60, `retry-after: ${seconds}`);
    assert.ok(millis > 0 && millis <= 60_000, `retry-after-ms: ${millis}`);
    assert.notEqual(error.headers.get("x-should-retry"), "false");
  },

  async "the SDK's own retries get through a limit"() {
    const limited = client({ apiKey: target.limitedKey, maxRetries: 5 });
    for (let i = 0; i < 6; i++) {
      const answer = await limited.chat.completions.create(chat({ max_tokens: 1 }));
      assert.equal(answer.object, "chat.completion");
    }
  },

  async "the SDK's own retries wait as long as a limit says, and then get through"() {
    // However slow the worker is, both limits are met: the one asks for what is in memory, the other for most of it each time.
    const long = [{ role: "user", content: "What is 2 plus 3? ".repeat(13) }];
    for (const [apiKey, times, ask] of [
      [target.limitedKey, 8, chat()],
      [target.tokensKey, 4, chat({ messages: long, max_tokens: 4 })],
    ]) {
      const calls = [];
      const timed = async (url, init) => {
        const begun = performance.now();
        const response = await fetch(url, init);
        const wait = Number(response.headers.get("retry-after-ms"));
        calls.push({ begun, ended: performance.now(), status: response.status, wait, headers: response.headers });
        return response;
      };
      const patient = client({ apiKey, maxRetries: 5, fetch: timed, defaultHeaders: {} });
      for (let i = 0; i < times; i++) await patient.chat.completions.create(ask);
      const refused = calls.filter((call) => call.status === 429);
      assert.ok(refused.length > 0, `${times} one after the other are too many`);
      for (const call of refused) {
        const next = calls[calls.indexOf(call) + 1];
        assert.equal(next.status, 200, `after ${call.wait} ms there is room`);
        assert.ok(next.begun - call.ended >= call.wait - 2, `${next.begun - call.ended} of ${call.wait} ms were waited`);
      }
      const unit = apiKey === target.tokensKey ? "tokens" : "requests";
      for (const call of calls) {
        for (const field of ["limit", "remaining", "reset"]) {
          assert.ok(call.headers.get(`x-ratelimit-${field}-${unit}`), `${call.status}: x-ratelimit-${field}-${unit}`);
        }
      }
    }
  },

  async "what can never be admitted is not tried again"() {
    let calls = 0;
    const counted = (url, init) => (calls++, fetch(url, init));
    const hopeful = client({ apiKey: target.tokensKey, maxRetries: 5, fetch: counted });
    const long = [{ role: "user", content: "How many words are in this? ".repeat(200) }];
    const error = await hopeful.chat.completions.create(chat({ messages: long })).catch((e) => e);
    assert.ok(error instanceof OpenAI.RateLimitError, String(error));
    assert.equal(error.code, "insufficient_quota");
    assert.equal(error.headers.get("x-should-retry"), "false");
    assert.equal(calls, 1);
  },

  async "a cancelled stream ends, and the gateway goes on"() {
    const stream = await openai.chat.completions.create(
      chat({ stream: true, max_tokens: 200, temperature: 1, seed: 3 }),
    );
    let seen = 0;
    for await (const _ of stream) if (++seen === 2) break;
    assert.ok(stream.controller.signal.aborted, "breaking off aborts the request");
    assert.equal(seen, 2);
    assert.ok((await openai.chat.completions.create(chat())).choices[0].message.content);
  },

  async "eight streams at once"() {
    const all = await Promise.all(
      Array.from({ length: 8 }, async () => textOf(await collect(await openai.chat.completions.create(chat({ stream: true }))))),
    );
    assert.ok(all.every((text) => text.length > 0));
  },

  async "characters beyond ASCII"() {
    const messages = [{ role: "user", content: "Grüße, 世界 🌊" }];
    const answer = await openai.chat.completions.create(chat({ messages }));
    assert.ok(!answer.choices[0].message.content.includes("\uFFFD"));
  },
};

for (const [name, run] of Object.entries(cases)) {
  let error = null;
  try {
    await run();
  } catch (thrown) {
    error = `${thrown?.stack ?? thrown}`;
  }
  console.log(JSON.stringify({ name, error }));
}
