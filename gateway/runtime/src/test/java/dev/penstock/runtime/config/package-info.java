@NullMarked
package dev.penstock.runtime.config;

import org.jspecify.annotations.NullMarked;
