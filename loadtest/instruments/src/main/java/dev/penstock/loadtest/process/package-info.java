/** Other programs as the instruments run them: started on free ports, watched, measured and ended, each by its own id. */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.process;
