/// Ending a long job in good order when the user or a scheduler asks for it.
#pragma once

namespace core {

/// While it lives, TERM, USR1 (schedulers send them ahead of a kill) and INT (Ctrl-C) set a flag
/// instead of ending the process; the destructor brings the former handlers back. One at a time.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// True once one of the signals has come.
  static bool requested();
};

}  // namespace core
