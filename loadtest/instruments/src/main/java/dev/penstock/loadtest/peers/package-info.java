/** Other gateways, installed from their registries and started in front of the same upstream as Penstock, to compare with. */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.peers;
