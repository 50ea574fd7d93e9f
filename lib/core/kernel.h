/// CSL_KERNEL marks a hot loop that is compiled for several instruction sets; the loader picks one.
#pragma once

// The loader's choice runs before the thread sanitizer is ready, and crashes it: instrumented
// builds use the plain version. Levels of the instruction set (v3: AVX2 and FMA, v4: AVX-512), not
// processor names: the loader compares a name with the exact model, so that "arch=haswell" would
// leave every AMD processor with the plain version.
#if defined(__x86_64__) && !defined(CSL_SANITIZED)
#if defined(__clang__)  // clang 14 takes the levels but never chooses them
#define CSL_KERNEL __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CSL_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#else
#define CSL_KERNEL
#endif
