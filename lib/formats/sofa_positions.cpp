#include "formats/sofa_positions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

#include "core/errors.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr double kAngleSlack_deg = 0.1;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The words between commas or blanks, in lower case.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : lower(text)) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::optional<double> length_m(const std::string& word) {
  for (const auto& [prefix, unit] :
       {std::pair{std::string(""), 1.0}, {"centi", 1e-2}, {"milli", 1e-3}}) {
    for (const char* name : {"metre", "meter", "metres", "meters"}) {
      if (word == prefix + name) return unit;
    }
  }
  if (word == "m") return 1.0;
  if (word == "cm") return 1e-2;
  if (word == "mm") return 1e-3;
  return std::nullopt;
}

/// True for degrees, false for radians.
std::optional<bool> is_degrees(const std::string& word) {
  if (word == "degree" || word == "degrees" || word == "deg") return true;
  if (word == "radian" || word == "radians" || word == "rad") return false;
  return std::nullopt;
}

/// The numbers of a dataset if they are stored as T.
template <typename T>
std::optional<std::vector<double>> read_as(const io::Hdf5Reader& file, const std::string& dataset) {
  if (!file.holds<T>(dataset)) return std::nullopt;
  const std::vector<T> values = file.read<T>(dataset);
  return std::vector<double>(values.begin(), values.end());
}

}  // namespace

std::string text_or(const io::Hdf5Reader& file, const std::string& object, const std::string& name,
                    const std::string& otherwise) {
  if (!file.has_attribute(object, name)) return otherwise;
  try {
    const std::string text = file.text_attribute(object, name);
    return words_of(text).empty() ? otherwise : text;
  } catch (const core::InputError&) {
    return otherwise;  // an empty text without a value, as MATLAB's library writes it
  }
}

std::vector<double> read_numbers(const io::Hdf5Reader& file, const std::string& dataset) {
  if (file.holds<double>(dataset)) return file.read<double>(dataset);
  if (const auto whole = read_as<std::int32_t>(file, dataset)) return *whole;
  if (const auto whole = read_as<std::int64_t>(file, dataset)) return *whole;
  if (const auto whole = read_as<std::uint32_t>(file, dataset)) return *whole;
  const auto values = file.read<float>(dataset);
  return {values.begin(), values.end()};
}

SofaPositions::SofaPositions(const io::Hdf5Reader& file, const std::string& dataset,
                             std::size_t rows, const Eigen::Vector3d& otherwise, Role role,
                             const std::string& typed_by)
    : dataset_(dataset), otherwise_(otherwise), role_(role) {
  if (!file.has(dataset)) return;
  read_rows(file, rows);
  const bool inherits =
      !typed_by.empty() && text_or(file, dataset, "Type", "").empty() && file.has(typed_by);
  read_type(file, inherits ? typed_by : dataset);
  if (spherical_) check_angles(file);
}

void SofaPositions::read_rows(const io::Hdf5Reader& file, std::size_t rows) {
  const std::vector<std::size_t> shape = file.shape(dataset_);
  const bool flat = shape.size() == 2 || (shape.size() == 3 && shape[2] == 1);
  if (!flat || shape[1] != 3 || (shape[0] != 1 && shape[0] != rows)) {
    file.fail(dataset_, fmt::format("expected 1 or {} rows of 3 coordinates", rows));
  }
  values_ = read_numbers(file, dataset_);
  for (const double value : values_) {
    if (!std::isfinite(value)) file.fail(dataset_, "expected finite numbers");
  }
}

void SofaPositions::read_type(const io::Hdf5Reader& file, const std::string& object) {
  // ListenerView and ListenerUp may have no type; the conventions then say Cartesian.
  const std::string type = text_or(file, object, "Type", "cartesian");
  const std::vector<std::string> kind = words_of(type);
  const bool one = kind.size() == 1;
  spherical_ = !kind.empty() && kind[0] == "spherical" && (one || kind[1] != "harmonics");
  if (!spherical_ && !(one && kind[0] == "cartesian")) {
    file.fail(dataset_, fmt::format("expected Type cartesian or spherical, found \"{}\"", type));
  }
  const std::string units = text_or(file, object, "Units", "");
  if (!words_of(units).empty() && !read_units(words_of(units))) {
    file.fail(dataset_, fmt::format("expected Units such as \"{}\", found \"{}\"",
                                    spherical_ ? "degree, degree, metre" : "metre", units));
  }
  if (!spherical_) return;
  std::string about = fmt::format("{} {}", type, units);
  for (const char* name : {"LongName", "Description", "Comment"})
    about += fmt::format(" {}", text_or(file, dataset_, name, ""));
  about = lower(about);
  for (const char* word : {"colatitude", "inclination", "zenith"})
    colatitude_ = colatitude_ || about.find(word) != std::string::npos;
}

/// @return  false if these are no units of the coordinates
bool SofaPositions::read_units(const std::vector<std::string>& words) {
  if (words.size() > 3) return false;
  if (spherical_) {
    const std::optional<bool> degrees = is_degrees(words[0]);
    const std::optional<double> length = words.size() > 2 ? length_m(words[2]) : 1.0;
    degrees_ = degrees.value_or(true);
    length_m_ = length.value_or(1.0);
    return degrees && length && (words.size() == 1 || words[1] == words[0]);
  }
  if (role_ == Role::kDirection) return true;
  const std::optional<double> length = length_m(words[0]);
  length_m_ = length.value_or(1.0);
  return length && std::all_of(words.begin(), words.end(),
                               [&](const std::string& word) { return word == words[0]; });
}

/// Angles that cannot be in the units that the file names.
void SofaPositions::check_angles(const io::Hdf5Reader& file) {
  const double low = colatitude_ ? 0.0 : -90.0;
  const double high = colatitude_ ? 180.0 : 90.0;
  const char* hint = degrees_ ? "" : "; are the angles in degrees although Units say radian?";
  for (std::size_t i = 0; i < values_.size(); i += 3) {
    const double azimuth_deg = core::radians_to_degrees(radians(values_[i]));
    const double second_deg = core::radians_to_degrees(radians(values_[i + 1]));
    largest_angle_deg_ =
        std::max({largest_angle_deg_, std::abs(azimuth_deg), std::abs(second_deg)});
    if (std::abs(azimuth_deg) > 360.0 + kAngleSlack_deg) {
      file.fail(dataset_,
                fmt::format("expected azimuths within 360 degrees, found {:.6g} degrees{}",
                            azimuth_deg, hint));
    }
    if (second_deg >= low - kAngleSlack_deg && second_deg <= high + kAngleSlack_deg) continue;
    if (degrees_ && !colatitude_) {
      hint =
          "; SOFA counts elevations from the horizon: if these count from the zenith, let the Type "
          "be \"spherical, colatitude\"";
    }
    file.fail(dataset_,
              fmt::format("expected {} of {:.0f} to {:.0f} degrees, found {:.6g} degrees{}",
                          colatitude_ ? "colatitudes" : "elevations", low, high, second_deg, hint));
  }
}

Eigen::Vector3d SofaPositions::at(std::size_t row) const {
  if (values_.empty()) return otherwise_;
  const double* at = values_.data() + (values_.size() == 3 ? 0 : 3 * row);
  if (!spherical_) return length_m_ * Eigen::Vector3d(at[0], at[1], at[2]);
  double distance_m = length_m_ * at[2];
  if (role_ != Role::kPosition && !(distance_m > 0.0)) distance_m = 1.0;
  const double second = radians(at[1]);
  const double elevation = colatitude_ ? std::numbers::pi / 2.0 - second : second;
  return distance_m * so3::direction_from_angles(radians(at[0]), elevation);
}

double SofaPositions::radians(double angle) const {
  return degrees_ ? core::degrees_to_radians(angle) : angle;
}

}  // namespace formats
