@NullMarked
package dev.penstock.runtime.net;

import org.jspecify.annotations.NullMarked;
