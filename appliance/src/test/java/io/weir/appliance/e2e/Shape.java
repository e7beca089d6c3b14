package io.weir.appliance.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A contract's own wishes for the bed; contracts of equal wishes share one. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Shape {
    /** Workers of the node, and queues of its devices. */
    int workers() default 1;

    /** How packets get to the servers. */
    String forward() default "nat";

    /** What the servers' network is under {@code dr}. */
    Overlay overlay() default Overlay.NONE;

    /** Bytes that fit the clients' network. */
    int frontMtu() default 1500;

    /** Bytes that fit the servers' network. */
    int backMtu() default 1500;
}
