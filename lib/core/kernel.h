/// CSL_KERNEL marks a function with a hot loop. The compiler makes a version for each of several
/// instruction sets, and the loader picks one of them.
#pragma once

// The names are levels of the instruction set (v3: AVX2 and FMA, v4: AVX-512), not processors. The
// loader compares a processor name with the exact model: with "arch=haswell" every AMD processor
// would run the plain version. Instrumented builds use the plain version, because the loader
// chooses before the thread sanitizer is ready. Builds with clang use the plain version, too: clang
// 14 never chooses a level, and it calls a version for "avx512f" on any machine.
#if defined(__x86_64__) && !defined(CSL_SANITIZED) && !defined(__clang__)
#define CSL_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CSL_KERNEL
#endif
