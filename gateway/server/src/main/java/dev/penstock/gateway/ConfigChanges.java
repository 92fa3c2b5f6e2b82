package dev.penstock.gateway;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.Doc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What differs between two configurations, and what of it a running process cannot take. */
final class ConfigChanges {
    /**
     * What sockets, threads, the cluster and the store were made with; and whether keys are asked for, since a file that is cut off
     * while it is written is a valid one that asks for none.
     */
    private static final List<String> FIXED =
            List.of("listener", "admin", "cluster", "process", "limits.total-buffer", "auth.mode", "store", "cache");

    /** Below those, what can be changed all the same: certificates, and what the cache looks up at each request. */
    private static final List<String> FREE = List.of(
            "listener.tls.certificate",
            "listener.tls.key",
            "admin.tls.certificate",
            "admin.tls.key",
            "cache.ttl",
            "cache.max-request",
            "cache.max-answer",
            "cache.any-temperature",
            "cache.private-answers",
            "cache.version",
            "cache.semantic.mode",
            "cache.semantic.max-temperature",
            "cache.semantic.max-question",
            "cache.semantic.checked",
            "cache.semantic.deadline",
            "cache.semantic.speculative",
            "cache.semantic.debug");

    private ConfigChanges() {}

    /** The keys that differ and need a restart, in the order of the file. */
    static List<String> needingRestart(GatewayConfig before, GatewayConfig next) {
        List<String> changed = new ArrayList<>();
        compare("", before, next, changed);
        return changed.stream()
                .filter(key -> isWithin(key, FIXED) && !isWithin(key, FREE))
                .toList();
    }

    private static boolean isWithin(String key, List<String> sections) {
        return sections.stream().anyMatch(section -> key.equals(section) || key.startsWith(section + "."));
    }

    private static void compare(String path, Object before, Object next, List<String> changed) {
        if (before.equals(next)) {
            return;
        }
        if (before instanceof Optional<?> old
                && next instanceof Optional<?> now
                && old.isPresent()
                && now.isPresent()) {
            compare(path, old.get(), now.get(), changed);
        } else if (before.getClass().isAnnotationPresent(Doc.class) && before.getClass() == next.getClass()) {
            for (RecordComponent component : before.getClass().getRecordComponents()) {
                String key = (path.isEmpty() ? "" : path + ".") + kebab(component.getName());
                compare(key, valueIn(component, before), valueIn(component, next), changed);
            }
        } else {
            changed.add(path);
        }
    }

    private static Object valueIn(RecordComponent component, Object owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("reading " + component, impossible);
        }
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
