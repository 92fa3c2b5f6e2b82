package dev.penstock.routing;

/** What a worker computes on. A proxy takes the kind of the server behind it. */
public enum Accelerator {
    CPU,
    GPU,
    TPU
}
