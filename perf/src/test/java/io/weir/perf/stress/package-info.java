/** What passes between threads, under jcstress: every order of loads and stores that the machine and the compilers allow. */
package io.weir.perf.stress;
