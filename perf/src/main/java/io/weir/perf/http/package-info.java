/** Web traffic by wrk against nginx, through each contender. */
package io.weir.perf.http;
