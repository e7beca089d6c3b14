/** Results as one page of HTML with plots, and as Markdown. */
package io.weir.perf.report;
