package dev.penstock.gateway.config;

/** What engine an upstream is, where its metrics are to be read. */
public enum EngineKind {
    /** Any, or one that tells nothing. */
    NONE,
    /** vLLM. */
    VLLM,
    /** SGLang, started with {@code --enable-metrics}. */
    SGLANG,
    /** llama.cpp's server, started with {@code --metrics}. */
    LLAMA_CPP,
    /** Text Generation Inference. */
    TGI,
    /** Ollama, which tells which models are loaded. */
    OLLAMA
}
