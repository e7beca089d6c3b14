package io.weir.appliance.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which contender a suite's tests run against; a {@link Stage} parameter gives them the bed that it stands in. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(StageExtension.class)
@interface OnBed {
    /** The contender. */
    Contender value();
}
