/// Which window lengths fit into the sessions of a run: a length without a window is said, not
/// passed over.
#pragma once

#include <span>
#include <vector>

#include "doa/window.h"
#include "session/estimate.h"
#include "session/session.h"

namespace commands {

/// Watches the windows of a run, session by session.
class WindowFit {
 public:
  explicit WindowFit(std::vector<doa::WindowLength> lengths)
      : lengths_(std::move(lengths)), fits_(lengths_.size()) {}

  void add(const session::Info& info, std::span<const session::Estimate> windows);

  /// Warns of lengths that are longer than every session.
  /// @throws core::InputError  if no window of any length fits
  void check() const;

 private:
  std::vector<doa::WindowLength> lengths_;
  std::vector<bool> fits_;  ///< a window of this length exists
  double longest_s_ = 0.0;  ///< of all sessions
};

}  // namespace commands
