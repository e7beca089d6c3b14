/** Single-producer single-consumer rings between workers. */
package io.weir.engine.ring;
