package dev.penstock.engine;

/** The device that a model runs on. */
public enum Accelerator {
    /** The processor. */
    CPU,
    /** The first NVIDIA GPU; loading fails where the CUDA build of ONNX Runtime is not on the class path. */
    CUDA
}
