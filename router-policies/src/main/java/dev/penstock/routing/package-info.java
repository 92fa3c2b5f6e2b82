/** Pure decisions: who gets this request, and why. */
@org.jspecify.annotations.NullMarked
package dev.penstock.routing;
