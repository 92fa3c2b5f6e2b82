package dev.penstock.worker.config;

/** What a worker computes on. */
public enum AcceleratorKind {
    /** Processors. */
    CPU,
    /** Graphics processors. */
    GPU,
    /** Tensor processors. */
    TPU
}
