/// CSL_KERNEL marks a hot loop that is compiled for several instruction sets; the loader picks one.
#pragma once

// The loader's choice runs before the thread sanitizer is ready, and crashes it: instrumented builds
// use the plain version.
#if defined(__x86_64__) && !defined(CSL_SANITIZED)
#define CSL_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CSL_KERNEL
#endif
