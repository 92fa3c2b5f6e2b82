package dev.penstock.engine.language;

import com.hubspot.jinjava.el.TypeConvertingMapELResolver;
import com.hubspot.jinjava.el.ext.JinjavaBeanELResolver;
import com.hubspot.jinjava.el.ext.JinjavaListELResolver;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.objects.collections.PyList;
import com.hubspot.jinjava.objects.collections.PyMap;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import jinjava.javax.el.ArrayELResolver;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template may reach into: maps, lists, strings with Python's methods, and the {@code loop} variable. No
 * other object has properties or methods, so that a template cannot get hold of Java.
 */
final class TemplateObjects {
    private TemplateObjects() {}

    static ELResolver resolver() {
        CompositeELResolver all = new CompositeELResolver();
        all.add(new PythonMethods());
        all.add(new ArrayELResolver(true));
        all.add(new JinjavaListELResolver(true));
        all.add(new TypeConvertingMapELResolver(false));
        all.add(new KnownBeans());
        return all;
    }

    /** Jinjava's own: collections, loops, and the filters and tests that it calls by this way itself. Nothing else. */
    private static final class KnownBeans extends JinjavaBeanELResolver {
        KnownBeans() {
            super(true);
        }

        private static boolean isKnown(@Nullable Object base) {
            return base instanceof ForLoop
                    || base instanceof PyList
                    || base instanceof PyMap
                    || base instanceof Filter
                    || base instanceof ExpTest;
        }

        @Override
        public @Nullable Object getValue(ELContext context, Object base, Object property) {
            return isKnown(base) ? super.getValue(context, base, property) : null;
        }

        @Override
        public @Nullable Object invoke(
                ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
            return isKnown(base) ? super.invoke(context, base, method, types, arguments) : null;
        }
    }

    /** Methods that Python has and Java has not, or has otherwise. */
    private static final class PythonMethods extends ELResolver {
        @Override
        public @Nullable Object invoke(
                ELContext context,
                @Nullable Object base,
                Object method,
                Class<?>[] types,
                Object @Nullable [] arguments) {
            Object[] given = arguments == null ? new Object[0] : arguments;
            Object result = null;
            if (base instanceof CharSequence text) {
                result = string(text.toString(), method.toString(), given);
            } else if (base instanceof Map<?, ?> map && method.toString().equals("items")) {
                result = map.entrySet().stream()
                        .map(entry -> Collections.unmodifiableList(
                                new ArrayList<>(java.util.Arrays.asList(entry.getKey(), entry.getValue()))))
                        .toList();
            }
            if (result != null) {
                context.setPropertyResolved(true);
            }
            return result;
        }

        private static @Nullable Object string(String text, String method, Object[] arguments) {
            @Nullable String first = arguments.length > 0 && arguments[0] != null ? arguments[0].toString() : null;
            return switch (method) {
                case "strip" -> PythonText.strip(text, first, true, true);
                case "lstrip" -> PythonText.strip(text, first, true, false);
                case "rstrip" -> PythonText.strip(text, first, false, true);
                case "split" -> PythonText.split(text, first, limit(arguments));
                case "startswith" -> first != null && text.startsWith(first);
                case "endswith" -> first != null && text.endsWith(first);
                case "upper" -> text.toUpperCase(Locale.ROOT);
                case "lower" -> text.toLowerCase(Locale.ROOT);
                case "title" -> title(text);
                case "capitalize" ->
                    text.isEmpty()
                            ? text
                            : text.substring(0, 1).toUpperCase(Locale.ROOT)
                                    + text.substring(1).toLowerCase(Locale.ROOT);
                case "find" -> first == null ? -1L : (long) text.indexOf(first);
                case "replace" ->
                    first == null || arguments.length < 2 ? text : text.replace(first, String.valueOf(arguments[1]));
                default -> null;
            };
        }

        private static int limit(Object[] arguments) {
            return arguments.length > 1 && arguments[1] instanceof Number number ? number.intValue() : -1;
        }

        private static String title(String text) {
            StringBuilder out = new StringBuilder(text.length());
            boolean inWord = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                out.append(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
                inWord = Character.isLetter(c);
            }
            return out.toString();
        }

        @Override
        public @Nullable Object getValue(ELContext context, Object base, Object property) {
            return null;
        }

        @Override
        public @Nullable Class<?> getType(ELContext context, Object base, Object property) {
            return null;
        }

        @Override
        public @Nullable Class<?> getCommonPropertyType(ELContext context, Object base) {
            return null;
        }

        @Override
        public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
            return Collections.emptyIterator();
        }

        @Override
        public boolean isReadOnly(ELContext context, Object base, Object property) {
            return true;
        }

        @Override
        public void setValue(ELContext context, Object base, Object property, Object value) {
            // nothing is set through methods
        }
    }
}
