package dev.penstock.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConstraintsTest {
    private static final int CASES = 20_000;
    private static final List<String> SITES = List.of("plant", "rented", "moon");
    private static final List<String> REGIONS = List.of("", "eu", "us", "mars");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private <T> T any(T[] values) {
        return Arrays.asList(values).get(random.nextInt(values.length));
    }

    private Constraints constraints() {
        return new Constraints(
                any(DataClass.values()),
                any(Placement.values()),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(Set.copyOf(REGIONS.subList(random.nextInt(REGIONS.size()), REGIONS.size()))),
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(Set.copyOf(SITES.subList(random.nextInt(SITES.size() + 1), SITES.size()))),
                random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(random.nextInt(3)),
                random.nextBoolean() ? Optional.empty() : Optional.of(Duration.ofSeconds(1 + random.nextInt(3))),
                random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(random.nextInt(3) / 2.0));
    }

    private Site site() {
        return new Site(
                SITES.get(random.nextInt(SITES.size())),
                any(Site.Kind.values()),
                REGIONS.get(random.nextInt(REGIONS.size())),
                any(DataClass.values()));
    }

    private static Worker worker(Site site) {
        return new Worker(new WorkerId("w"), 0, URI.create("http://127.0.0.1:1"), Accelerator.CPU, site, 1, List.of());
    }

    @Test
    void theyFormALatticeInWhichMoreNeverPermitsMore() {
        for (int i = 0; i < CASES; i++) {
            Constraints a = constraints();
            Constraints b = constraints();
            Constraints c = constraints();
            String where = "seed " + seed + ", case " + i;
            assertEquals(a.meet(b), b.meet(a), where);
            assertEquals(a.meet(b).meet(c), a.meet(b.meet(c)), where);
            assertEquals(a, a.meet(a), where);
            assertEquals(a, a.meet(Constraints.NONE), where);
            Site site = site();
            assertTrue(!a.meet(b).permits(site) || (a.permits(site) && b.permits(site)), where);
            assertEquals(a.permits(site), Permit.of(a, worker(site)).isPresent(), where);
            boolean secret = a.dataClass() == DataClass.PRIVATE || a.placement() == Placement.EDGE_ONLY;
            assertTrue(a.sites().isEmpty() || a.sites().get().contains(site.name()) || !a.permits(site), where);
            assertTrue(!a.at(Set.of("plant")).permits(site) || site.name().equals("plant"), where);
            assertFalse(secret && site.kind() == Site.Kind.CLOUD && a.permits(site), where);
        }
    }

    @Test
    void aPermitIsGoodForItsConstraintsAndItsWorkerWhereThatWas() {
        Constraints asked = new Constraints(
                DataClass.PRIVATE,
                Placement.AUTO,
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty());
        Worker edge = worker(new Site("plant", Site.Kind.EDGE, ""));
        Permit permit = Permit.of(asked, edge).orElseThrow();
        assertTrue(permit.covers(asked.meet(Constraints.NONE), worker(new Site("plant", Site.Kind.EDGE, ""))));
        assertFalse(permit.covers(Constraints.NONE, edge));
        assertFalse(permit.covers(asked, worker(new Site("plant", Site.Kind.CLOUD, ""))));
        Worker moved =
                new Worker(edge.id(), 0, URI.create("http://127.0.0.1:2"), Accelerator.CPU, edge.site(), 1, List.of());
        assertFalse(permit.covers(asked, moved));
        Worker other =
                new Worker(new WorkerId("other"), 0, edge.endpoint(), Accelerator.CPU, edge.site(), 1, List.of());
        assertFalse(permit.covers(asked, other));
    }
}
