/// Elapsed time on a clock that never jumps.
#pragma once

#include <chrono>

namespace core {

/// Measures the time since it was made.
class Stopwatch {
 public:
  double elapsed_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace core
