/// Options whose value is one number or a range of numbers.
#pragma once

#include <string>

namespace core {

/// One value, or a range from which every session draws a value with uniform probability.
struct ValueRange {
  double low = 0.0;
  double high = 0.0;

  /// True if the range holds one value only.
  bool single() const { return low == high; }
  /// The text of the option, such as "0.25" or "0:0.75".
  std::string text() const;
  /// Reads a number or a range LOW:HIGH.
  /// @param option  name of the option, for the message
  /// @throws UsageError if the text is no number and no range
  static ValueRange parse(const std::string& option, const std::string& text);
};

}  // namespace core
