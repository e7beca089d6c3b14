/** What the engine's tests share: frames built and taken apart without the product's codecs, and a node to send them through. */
package io.weir.engine.testing;
