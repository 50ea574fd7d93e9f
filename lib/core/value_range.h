/// Values that are stated once or drawn from a range.
#pragma once

#include <string>

namespace core {

/// A value `a`, or a range `a:b` from which every session draws uniformly.
struct ValueRange {
  double low = 0.0;
  double high = 0.0;

  bool single() const { return low == high; }
  /// As the option is written: "0.25", "0:0.75".
  std::string text() const;
  /// @param option  named in the message. @throws core::UsageError if it is not a number or range
  static ValueRange parse(const std::string& option, const std::string& text);
};

}  // namespace core
