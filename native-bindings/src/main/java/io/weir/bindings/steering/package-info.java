/** Which frames are the engine's and which the kernel's: one classifier for every place where that is decided. */
package io.weir.bindings.steering;
