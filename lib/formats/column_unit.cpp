#include "formats/column_unit.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numbers>
#include <vector>

namespace formats {
namespace {

constexpr double kStandardGravity = 9.80665;  // m/s^2
constexpr double kDegree = std::numbers::pi / 180.0;

/// A unit with its spellings, in lower case without blanks, dots, carets and asterisks.
struct Spelled {
  Dimension dimension;
  double factor;
  const char* name;
  std::vector<std::string_view> spellings;
};

const std::vector<Spelled>& units() {
  using enum Dimension;
  static const std::vector<Spelled> list = {
      {kTime, 1.0, "s", {"s", "sec", "secs", "second", "seconds"}},
      {kTime,
       1e-3,
       "ms",
       {"ms", "msec", "msecs", "millis", "millisec", "millisecond", "milliseconds"}},
      {kTime,
       1e-6,
       "us",
       {"us", "usec", "usecs", "micros", "microsec", "microsecond", "microseconds"}},
      {kTime,
       1e-9,
       "ns",
       {"ns", "nsec", "nsecs", "nanos", "nanosec", "nanosecs", "nanosecond", "nanoseconds"}},
      {kAngle, 1.0, "rad", {"rad", "rads", "radian", "radians"}},
      {kAngle, kDegree, "deg", {"deg", "degs", "degree", "degrees"}},
      {kRate,
       1.0,
       "rad/s",
       {"rad/s", "rads-1", "rad/sec", "rad/second", "radian/s", "radians/s", "radian/sec",
        "radians/sec", "radian/second", "radians/second", "radps", "rps"}},
      {kRate, 1e-3, "mrad/s", {"mrad/s", "mrads-1"}},
      {kRate,
       kDegree,
       "deg/s",
       {"deg/s", "degs-1", "deg/sec", "deg/second", "degree/s", "degrees/s", "degree/sec",
        "degrees/sec", "degree/second", "degrees/second", "dps", "degps"}},
      {kRate, 1e-3 * kDegree, "mdeg/s", {"mdps", "mdeg/s"}},
      {kAcceleration,
       1.0,
       "m/s2",
       {"m/s2", "ms-2", "m/s/s", "m/sec2", "m/second2", "mps2", "mpss", "ms2", "mss", "meter/s2",
        "meters/s2", "meters/second2"}},
      {kAcceleration, kStandardGravity, "g", {"g", "gs", "g0", "gn"}},
      {kAcceleration, 1e-3 * kStandardGravity, "mg", {"mg", "milli-g", "millig"}},
      {kField, 1.0, "uT", {"ut", "microtesla", "microteslas"}},
      {kField, 1e-3, "nT", {"nt", "nanotesla"}},
      {kField, 1e3, "mT", {"mt", "millitesla"}},
      {kField, 1e6, "T", {"t", "tesla"}},
      {kField, 100.0, "G", {"gauss", "ga"}},
      {kField, 0.1, "mG", {"mgauss", "mga", "milligauss"}},
      {kLength, 1.0, "m", {"m", "meter", "meters"}},
      {kLength, 1e-2, "cm", {"cm"}},
      {kLength, 1e-3, "mm", {"mm"}},
  };
  return list;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Lower case without blanks, carets and dots; signs outside ASCII in letters.
std::string normalized(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::string_view(" ^.*_{}").find(c) == std::string_view::npos) {
      result += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    }
  }
  using Pair = std::pair<const char*, const char*>;
  for (const auto& [from, to] :
       {Pair{"\xC2\xB5", "u"}, Pair{"\xCE\xBC", "u"}, Pair{"\xC2\xB0", "deg"},
        Pair{"\xC2\xBA", "deg"}, Pair{"\xC2\xB2", "2"}, Pair{"\xE2\x81\xBB\xC2\xB9", "-1"},
        Pair{"\xE2\x81\xBB", "-"}, Pair{"\xC2\xB7", ""}, Pair{"\xE2\x8B\x85", ""},
        Pair{"per", "/"}}) {
    result = replaced(std::move(result), from, to);
  }
  // Latin-1 and Windows-1252 write these signs as one byte.
  for (const auto& [from, to] : {Pair{"\xB5", "u"}, Pair{"\xB0", "deg"}, Pair{"\xB2", "2"}}) {
    result = replaced(std::move(result), from, to);
  }
  return result;
}

}  // namespace

std::optional<Unit> find_unit(std::string_view text) {
  const std::string wanted = normalized(text);
  if (wanted.empty()) return std::nullopt;
  for (const Spelled& unit : units()) {
    if (std::ranges::find(unit.spellings, wanted) != unit.spellings.end()) {
      return Unit{unit.dimension, unit.factor, unit.name};
    }
  }
  return std::nullopt;
}

const char* name_of(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMilliseconds:
      return "ms";
    case TimeUnit::kMicroseconds:
      return "us";
    case TimeUnit::kNanoseconds:
      return "ns";
    default:
      return "s";
  }
}

double seconds_in(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMilliseconds:
      return 1e-3;
    case TimeUnit::kMicroseconds:
      return 1e-6;
    case TimeUnit::kNanoseconds:
      return 1e-9;
    default:
      return 1.0;
  }
}

}  // namespace formats
