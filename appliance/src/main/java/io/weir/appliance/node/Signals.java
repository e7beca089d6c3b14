package io.weir.appliance.node;

import java.lang.reflect.Proxy;

/**
 * What signals do to a running node.
 *
 * <p>{@code sun.misc.Signal} (module jdk.unsupported) is the JDK's only way to hear of SIGHUP; it is reached by
 * reflection because the compiler warns of every mention of it.
 */
final class Signals {
    private Signals() {}

    /**
     * Has an action run, on a thread of the JVM's, whenever a signal comes.
     *
     * @param name without SIG
     * @return whether it can come: not where the process was started with it ignored, as {@code nohup} does with SIGHUP
     */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return before != handler.getField("SIG_IGN").get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIG" + name, e);
        }
    }
}
