/** What happens to a frame once it is known whose it is: translated, answered, refused, or given to the kernel. */
package io.weir.engine.forward;
