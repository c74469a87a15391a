#include "cpu.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

// Asked directly: what compilers offer for it needs a run-time library that not all of them bring.
static bool has(uint32_t word, uint32_t bits) { return (word & bits) == bits; }

/** Whether the operating system saves the registers that the bits name. */
static bool saves(uint32_t bits) {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return has(low, bits);
}

enum {
    FMA_OSXSAVE_AVX = 1 << 12 | 1 << 27 | 1 << 28,
    BMI1_AVX2_BMI2 = 1 << 3 | 1 << 5 | 1 << 8,
    XMM_YMM = 0x6,
    XMM_YMM_ZMM = 0xe6,
};
/** The foundation and its extensions DQ, CD, BW and VL. */
#define AVX512 (1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31)

bool cpu_supports(const char *isa) {
    uint32_t a, b, c, d;
    if (strcmp(isa, "portable") == 0) return true;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, FMA_OSXSAVE_AVX)) return false;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !has(b, BMI1_AVX2_BMI2) || !saves(XMM_YMM)) return false;
    return strcmp(isa, "avx2") == 0 || (has(b, AVX512) && saves(XMM_YMM_ZMM));
}
#else
bool cpu_supports(const char *isa) { return strcmp(isa, "portable") == 0; }
#endif
