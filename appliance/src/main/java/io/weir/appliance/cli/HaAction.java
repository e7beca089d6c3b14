package io.weir.appliance.cli;

/** What {@code weir ha} asks of a running node. */
public enum HaAction {
    /** Where it stands. */
    STATUS,
    /** To give mastership away. */
    RELEASE,
    /** To take part with its own priority again. */
    RESUME
}
