/** What a run was like, for people at a terminal, for people with a browser and for programs. */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.report;
