/** The worker: its duty cycle, the stages of its pipeline, and how frames and tables reach it. */
package io.weir.engine.worker;
