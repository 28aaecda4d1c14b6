package io.fleetwall.node;

import java.lang.reflect.Proxy;

/**
 * SIGHUP, which ends a JVM that does not listen to it. The JDK's only way to a signal is a class it
 * warns of at compile time, so it is called by name; where it is missing, starting fails.
 */
final class HangUp {
    private HangUp() {}

    /** From now on, each SIGHUP runs this, on a thread of its own. */
    static void follow(Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object listening =
                Proxy.newProxyInstance(
                        HangUp.class.getClassLoader(),
                        new Class<?>[] {handler},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "handle" -> {
                                        action.run();
                                        yield null;
                                    }
                                    case "equals" ->
                                            arguments[0].hashCode()
                                                    == System.identityHashCode(proxy);
                                    case "hashCode" -> System.identityHashCode(proxy);
                                    default -> "SIGHUP";
                                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), listening);
    }
}
