// What the processor can run.
#ifndef ISOGRAD_CPU_H
#define ISOGRAD_CPU_H

#include <stdbool.h>

/** Whether this machine runs the code of an instruction set: `portable`, `avx2` or `avx512`. */
bool cpu_supports(const char *isa);

#endif
