package dev.penstock.runtime.net;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the signals of a terminal or a supervisor do to a process.
 *
 * <p>Left alone, a JVM that is sent INT or TERM ends with 130 or 143 even after an orderly stop. {@link #stopOn} ends it
 * with 0. The JDK's signal API is in {@code jdk.unsupported} and warns whoever compiles against it, so it is called by
 * name here; where it is missing, signals keep their usual meaning and a JVM shutdown hook stops the parts.
 */
public final class ProcessSignals {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessSignals.class);
    private static final int INTERRUPTED = 130;

    private ProcessSignals() {}

    /**
     * Runs an action at each signal, on a thread of its own.
     *
     * @param signal the name without SIG: {@code HUP}, {@code INT}, {@code TERM}
     * @return whether this JVM lets the signal be handled
     */
    public static boolean on(String signal, Runnable action) {
        try {
            Class<?> signals = Class.forName("sun.misc.Signal");
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    ProcessSignals.class.getClassLoader(),
                    new Class<?>[] {handlers},
                    (proxy, method, arguments) -> dispatch(signal, action, proxy, method, arguments));
            Object named = signals.getConstructor(String.class).newInstance(signal);
            signals.getMethod("handle", signals, handlers).invoke(null, named, handler);
            return true;
        } catch (InvocationTargetException refused) {
            LOGGER.debug("SIG{} keeps its usual meaning: {}", signal, String.valueOf(refused.getCause()));
            return false;
        } catch (ReflectiveOperationException missing) {
            LOGGER.debug("SIG{} keeps its usual meaning: this JVM has no signal API", signal);
            return false;
        }
    }

    private static @Nullable Object dispatch(
            String signal, Runnable action, Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "handle" -> {
                Thread.ofPlatform().name("signal-" + signal).daemon(false).start(action);
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "SIG" + signal;
        };
    }

    /**
     * Ends the process in order at the first INT or TERM, with exit code 0, and at once at the second, with 130. An
     * exit for any other reason stops the parts too.
     *
     * @param exit ends the process with a code: {@code Runtime.getRuntime()::halt}
     */
    public static void stopOn(Lifecycle lifecycle, IntConsumer exit) {
        AtomicBoolean asked = new AtomicBoolean();
        Runnable stop = () -> {
            if (asked.compareAndSet(false, true)) {
                LOGGER.info("stopping; once more ends at once");
                lifecycle.stop();
                exit.accept(0);
            } else {
                exit.accept(INTERRUPTED);
            }
        };
        on("INT", stop);
        on("TERM", stop);
        Runtime.getRuntime().addShutdownHook(new Thread(lifecycle::stop, "shutdown"));
    }
}
