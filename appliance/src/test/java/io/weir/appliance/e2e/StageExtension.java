package io.weir.appliance.e2e;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * Gives tests their {@link Stage}: one at a time for each suite, built when the first test wants it, replaced when a
 * test wants another shape, taken down at the suite's end. A stage that could not be built is not tried again.
 */
final class StageExtension implements ExecutionCondition, ParameterResolver, TestExecutionExceptionHandler {
    private static final Namespace STORE = Namespace.create(StageExtension.class);

    @Shape
    private interface Plain {}

    /** The one place of a suite. */
    private static final class Slot implements AutoCloseable {
        private Shape shape;
        private Stage stage;
        private Throwable failure;

        private Stage stage(Contender contender, Shape wanted) {
            if (!wanted.equals(shape)) {
                close();
                shape = wanted;
                failure = null;
                try {
                    stage = Stage.build(contender, wanted);
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
            }
            if (failure != null) {
                throw new IllegalStateException("the stage could not be built: " + failure.getMessage(), failure);
            }
            return stage;
        }

        @Override
        public void close() {
            if (stage != null) {
                stage.close();
                stage = null;
            }
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        try {
            contender(suite(context)).require();
            return ConditionEvaluationResult.enabled("the machine has what it needs");
        } catch (TestAbortedException e) {
            return ConditionEvaluationResult.disabled(e.getMessage());
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Stage resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext suite = suite(context);
        Shape shape = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Shape.class)
                .orElseGet(() -> Plain.class.getAnnotation(Shape.class));
        return slot(suite).stage(contender(suite), shape);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        Stage stage = slot(suite(context)).stage;
        if (stage != null && !(thrown instanceof TestAbortedException)) {
            thrown.addSuppressed(new AssertionError("the node (" + stage.contender() + ") said:\n"
                    + stage.node().log()));
        }
        throw thrown;
    }

    private static Contender contender(ExtensionContext suite) {
        return AnnotationSupport.findAnnotation(suite.getRequiredTestClass(), OnBed.class)
                .orElseThrow()
                .value();
    }

    private static Slot slot(ExtensionContext suite) {
        return suite.getStore(STORE).getOrComputeIfAbsent(Slot.class, key -> new Slot(), Slot.class);
    }

    /** The context of the outermost test class. */
    private static ExtensionContext suite(ExtensionContext context) {
        ExtensionContext suite = context;
        while (suite.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
            suite = suite.getParent().orElseThrow();
        }
        return suite;
    }
}
