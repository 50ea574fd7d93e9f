/// Ending a long job in good order when the user or a scheduler asks for the end.
#pragma once

#include <signal.h>

namespace core {

/// While the object exists, three signals no longer end the process: TERM and USR1, which
/// schedulers send before they kill a job, and INT (Ctrl-C). requested() tells whether one of them
/// has come. Make the object before any thread starts, because threads inherit the blocked signals.
/// Only one object may exist at a time. Its destructor drops signals that nobody asked about.
///
/// There is no signal handler on purpose. oneDNN's matrix products use the stack pointer as a
/// general register, so that the frame of a handler would overwrite the heap.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Blocks the signals until the program ends, for programs whose exit code must tell the truth
  /// also when a signal comes while they end. To be called before any thread starts.
  static void block_until_exit();

  /// True if one of the signals has come since the object was made or block_until_exit() was called.
  static bool requested();

 private:
  sigset_t former_;  ///< mask of blocked signals before this object
};

}  // namespace core
