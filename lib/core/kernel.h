/// CSL_KERNEL marks a hot loop that is compiled for several instruction sets; the loader picks one.
#pragma once

// Levels of the instruction set (v3: AVX2 and FMA, v4: AVX-512), not processor names: the loader
// compares a name with the exact model, so that "arch=haswell" would leave every AMD processor with
// the plain version. Instrumented builds use the plain version: the loader's choice runs before the
// thread sanitizer is ready. So do clang's: version 14 never chooses levels, and where it is given
// "avx512f" calls it on any machine.
#if defined(__x86_64__) && !defined(CSL_SANITIZED) && !defined(__clang__)
#define CSL_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CSL_KERNEL
#endif
