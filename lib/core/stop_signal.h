/// Ending a long job in good order when the user or a scheduler asks for it.
#pragma once

#include <signal.h>

namespace core {

/// While it lives, TERM, USR1 (schedulers send them ahead of a kill) and INT (Ctrl-C) wait until
/// they are asked for instead of ending the process. To be made before any thread, which inherits
/// that; one at a time. What comes after the last question is dropped.
///
/// There is no handler on purpose: oneDNN's products use the stack pointer as one more register,
/// and the frame of a handler would be written wherever it points, into the heap.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// True once one of the signals has come.
  static bool requested();

 private:
  sigset_t former_;  ///< signals that were blocked before
};

}  // namespace core
