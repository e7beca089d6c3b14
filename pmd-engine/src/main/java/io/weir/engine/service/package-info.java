/** Services and real servers as the workers see them: immutable tables that the control thread builds and publishes. */
package io.weir.engine.service;
