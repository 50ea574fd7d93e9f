#include "learn/reflection_rule.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <regex>
#include <string_view>

#include "core/errors.h"
#include "core/parse.h"

namespace learn {
namespace {

/// "+x", "-z", "y" or "x,y,z"; nothing for other text and for the zero vector.
std::optional<Eigen::Vector3f> axis_of(const std::string& text) {
  static const std::regex named("[+-]?[xyz]");
  if (std::regex_match(text, named)) {
    const float sign = text.front() == '-' ? -1.0F : 1.0F;
    return Eigen::Vector3f(sign * Eigen::Vector3f::Unit(text.back() - 'x'));
  }
  Eigen::Vector3f axis = Eigen::Vector3f::Zero();
  std::size_t start = 0;
  for (Eigen::Index i = 0; i < 3; ++i) {
    const std::size_t comma = i < 2 ? text.find(',', start) : text.size();
    if (comma == std::string::npos) return std::nullopt;
    const auto number = core::parse_number(std::string_view(text).substr(start, comma - start));
    if (!number || !std::isfinite(*number)) return std::nullopt;
    axis[i] = static_cast<float>(*number);
    start = comma + 1;
  }
  if (!(axis.norm() > 1e-6F)) return std::nullopt;
  return axis;
}

/// Text that axis_of() reads.
std::string name_of(const Eigen::Vector3f& axis) {
  for (Eigen::Index i = 0; i < 3; ++i) {
    if (axis == Eigen::Vector3f::Unit(i)) return fmt::format("+{}", "xyz"[i]);
    if (axis == -Eigen::Vector3f::Unit(i)) return fmt::format("-{}", "xyz"[i]);
  }
  return fmt::format("{},{},{}", axis.x(), axis.y(), axis.z());
}

std::string name_of(const SourceSide& side) {
  return (side.world ? "world:" : "initial:") + name_of(side.axis);
}

}  // namespace

SourceSide parse_source_side(const std::string& text) {
  static const std::regex pattern("(initial|world):([^ ]+)");
  std::smatch match;
  if (std::regex_match(text, match, pattern)) {
    const std::string axis = match[2];
    const auto vector = axis_of(axis);
    if (vector && axis.size() > 1) return {match[1] == "world", *vector};
  }
  throw core::UsageError(
      fmt::format("expected initial:AXIS or world:AXIS with AXIS one of +x -x +y -y +z -z or three "
                  "numbers x,y,z, found '{}'",
                  text));
}

ReflectionOptions parse_reflection(const std::string& text) {
  ReflectionOptions options;
  if (text == "none") return options;
  if (text == "truth") {
    options.rule = ReflectionRule::kTruth;
    return options;
  }
  if (text.starts_with("initial:") || text.starts_with("world:")) {
    try {
      options.side = parse_source_side(text);
    } catch (const core::UsageError& error) {
      throw core::UsageError(std::string("--reflect: ") + error.what());
    }
    options.rule = options.side.world ? ReflectionRule::kWorld : ReflectionRule::kInitial;
    return options;
  }
  if (const std::string prefix = "recordings:"; text.starts_with(prefix) && text != prefix) {
    options.rule = ReflectionRule::kRecordings;
    options.recordings_file = text.substr(prefix.size());
    return options;
  }
  static const std::regex microphones("mics:([0-9]{1,2}),([0-9]{1,2}),([+-]?[xyz])(,level)?");
  std::smatch match;
  if (std::regex_match(text, match, microphones) && std::stoul(match[1]) != std::stoul(match[2])) {
    options.rule = ReflectionRule::kMicrophones;
    options.microphone_a = std::stoul(match[1]);
    options.microphone_b = std::stoul(match[2]);
    options.axis = *axis_of(match[3]);
    options.cue = match[4].matched ? MicrophoneCue::kLevel : MicrophoneCue::kArrival;
    return options;
  }
  throw core::UsageError(fmt::format(
      "--reflect: expected none, truth, world:AXIS, initial:AXIS (AXIS one of +x -x +y -y +z -z, "
      "or "
      "x,y,z), recordings:FILE, or mics:A,B,AXIS (two microphones counted from 0, and the axis "
      "along which A lies further; ,level behind it compares levels), found '{}'",
      text));
}

std::string to_string(const ReflectionOptions& options) {
  switch (options.rule) {
    case ReflectionRule::kNone:
      return "none";
    case ReflectionRule::kTruth:
      return "truth";
    case ReflectionRule::kInitial:
    case ReflectionRule::kWorld:
      return name_of(options.side);
    case ReflectionRule::kRecordings:
      return "recordings:" + options.recordings_file;
    case ReflectionRule::kMicrophones:
      break;
  }
  return fmt::format("mics:{},{},{}{}", options.microphone_a, options.microphone_b,
                     name_of(options.axis), options.cue == MicrophoneCue::kLevel ? ",level" : "");
}

}  // namespace learn
