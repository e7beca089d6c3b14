/** Linux through the Foreign Function and Memory API: the only package that calls restricted methods. */
package io.weir.bindings;
