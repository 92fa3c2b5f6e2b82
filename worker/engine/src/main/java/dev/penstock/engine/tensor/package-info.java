/** ONNX graphs and the sessions that run them, through DJL's ONNX Runtime engine. For the engine's own packages. */
@NullMarked
package dev.penstock.engine.tensor;

import org.jspecify.annotations.NullMarked;
