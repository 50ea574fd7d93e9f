#include "commands/known_array.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <filesystem>
#include <numeric>

#include "array/geometry.h"
#include "core/errors.h"
#include "core/log.h"
#include "core/units.h"
#include "core/value_range.h"
#include "formats/array_file.h"
#include "formats/model_file.h"
#include "localize/response_spectra.h"

namespace commands {
namespace {

/// The side that --half-space names. @throws core::UsageError
std::optional<Eigen::Vector3d> parse_half_space(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::size_t letter =
      text.size() == 2 ? std::string("xyz").find(text[1]) : std::string::npos;
  core::require(letter != std::string::npos && (text[0] == '+' || text[0] == '-'),
                fmt::format("--half-space: expected +x, -x, +y, -y, +z or -z, found \"{}\"", text));
  return (text[0] == '+' ? 1.0 : -1.0) * Eigen::Vector3d::Unit(static_cast<Eigen::Index>(letter));
}

/// The learned responses as those of a measured array.
doa::MeasuredArray learned_array(const calib::Calibration& calibration,
                                 const session::FeatureSettings& settings) {
  const std::size_t bins = settings.max_frequency_index() + 1;
  const double bin_hz = settings.bin_hz();
  const std::size_t microphones = calibration.array.size();
  return {microphones, bins, bin_hz,
          [=](const Eigen::Vector3d& direction, std::span<std::complex<float>> H) {
            std::vector<std::complex<double>> h(microphones);
            for (std::size_t b = 0; b < bins; ++b) {
              calibration.signature(bin_hz * static_cast<double>(b), direction, h);
              std::ranges::copy(h, H.begin() + static_cast<std::ptrdiff_t>(b * microphones));
            }
          }};
}

/// Some receivers of measured responses.
array::Responses with_receivers(const array::Responses& all, const std::vector<std::size_t>& kept) {
  array::Responses some = all;
  some.receivers = kept.size();
  some.ir.clear();
  for (std::size_t d = 0; d < all.direction.size(); ++d) {
    for (const std::size_t r : kept) {
      const auto first =
          all.ir.begin() + static_cast<std::ptrdiff_t>((d * all.receivers + r) * all.samples);
      some.ir.insert(some.ir.end(), first, first + static_cast<std::ptrdiff_t>(all.samples));
    }
  }
  return some;
}

NamedArray load_model_array(const std::string& path) {
  const formats::LoadedModel loaded = formats::read_model(path);
  if (!loaded.calibration) {
    throw core::InputError(fmt::format(
        "{}: the model has no responses; add them with csl-train --model MODEL --calibrate --in "
        "FEATURES --out NEW",
        path));
  }
  return {.name = path,
          .known = {},
          .calibration = loaded.calibration,
          .shape = array::shape_of(loaded.calibration->array.position_m),
          .provenance = loaded.provenance};
}

}  // namespace

std::optional<std::pair<double, double>> parse_band(const std::string& band) {
  if (band.empty()) return std::nullopt;
  const core::ValueRange range = core::ValueRange::parse("--band", band);
  if (!(range.low > 0.0 && range.low < range.high && std::isfinite(range.high))) {
    throw core::UsageError(
        fmt::format("--band: expected LOW:HIGH in Hz with 0 < LOW < HIGH, found \"{}\"", band));
  }
  return std::pair(range.low, range.high);
}

void KnownArrayOptions::check() const {
  parse_band(band);
  parse_half_space(half_space);
  sound_speed.speed_of_sound();
  core::require(given() || band.empty(), "--band: needs --array");
  core::require(given() || half_space.empty(), "--half-space: needs --array");
  core::require(given() || !sound_speed.given(),
                "--speed-of-sound and --temperature: need --array");
}

void KnownArrayOptions::add_to(nlohmann::json& options) const {
  if (!given()) return;
  options["array"] = std::filesystem::path(array).filename().string();
  options["band"] = band;
  options["half_space"] = half_space;
  sound_speed.add_to(options);
}

std::string array_form() { return fmt::format("{}|FILE", fmt::join(array::builtin_names(), "|")); }

std::size_t NamedArray::microphones() const {
  return calibration ? calibration->array.size() : known.microphones();
}

NamedArray load_named_array(const KnownArrayOptions& options) {
  const std::filesystem::path path = options.array;
  if (path.extension() == ".h5") return load_model_array(options.array);
  NamedArray array{.name = options.array,
                   .known = formats::load_array(
                       options.array, {.largest_gap_deg = formats::kAnyGap_deg,
                                       .speed_of_sound = options.sound_speed.speed_of_sound()}),
                   .calibration = std::nullopt,
                   .shape = {},
                   .provenance = std::nullopt};
  if (array.open()) array.shape = array::shape_of(array.known.position_m);
  return array;
}

NamedArray with_microphones(const NamedArray& array, const std::vector<std::size_t>& kept) {
  if (kept.size() == array.microphones()) return array;
  if (array.calibration) {
    throw core::InputError(fmt::format(
        "{}: the learned responses need all {} microphones, and only {} of the recording are alive",
        array.name, array.microphones(), kept.size()));
  }
  NamedArray some = array;
  if (array.known.responses) {
    some.known.responses = with_receivers(*array.known.responses, kept);
    return some;
  }
  some.known.position_m.clear();
  for (const std::size_t m : kept) some.known.position_m.push_back(array.known.position_m[m]);
  some.shape = array::shape_of(some.known.position_m);
  return some;
}

std::shared_ptr<const localize::KnownArraySetup> known_array_setup(
    const NamedArray& array, const KnownArrayOptions& options,
    const session::FeatureSettings& settings) {
  auto setup = std::make_shared<localize::KnownArraySetup>();
  setup->fft_bins = settings.max_frequency_index() + 1;
  setup->bin_hz = settings.bin_hz();
  setup->shape = array.shape;
  setup->speed_of_sound = options.sound_speed.speed_of_sound();
  setup->half_space = parse_half_space(options.half_space);
  setup->band_hz = parse_band(options.band);
  if (setup->band_hz && (setup->band_hz->first < settings.min_frequency_hz - settings.bin_hz() ||
                         setup->band_hz->second > settings.max_frequency_hz + settings.bin_hz())) {
    throw core::UsageError(fmt::format("--band: the bins have {} to {} Hz, found {}",
                                       settings.min_frequency_hz, settings.max_frequency_hz,
                                       options.band));
  }
  if (array.calibration) {
    setup->measured = learned_array(*array.calibration, settings);
  } else if (array.known.responses) {
    setup->measured = localize::measured_array(*array.known.responses,
                                               {settings.window_samples, settings.hop_samples},
                                               settings.sample_rate_hz);
  } else {
    setup->position_m = array.known.position_m;
  }
  return setup;
}

void warn_of_ambiguity(session::Ambiguity ambiguity) {
  if (ambiguity == session::Ambiguity::kSide) {
    core::log_warning(
        "the array is flat: it does not hear on which side of its plane a source is, so directions "
        "stand for their mirror images too; --half-space names the side, and an array that turns, "
        "with its orientation, hears it");
  } else if (ambiguity == session::Ambiguity::kCone) {
    core::log_warning(
        "the microphones are on a line: they hear only the angle to it, so directions stand for a "
        "whole cone");
  }
}

void log_array(const NamedArray& array, const KnownArrayOptions& options) {
  if (!array.open()) {
    core::log_info("{}: {} microphones, known by their responses", array.name, array.microphones());
    return;
  }
  const double speed = options.sound_speed.speed_of_sound();
  const std::string unknown = array::ambiguity_text(array.shape);
  core::log_info("{}: {} microphones, aperture {:.1f} cm, aliasing from {:.0f} Hz on{}{}\n{}",
                 array.name, array.microphones(), 100.0 * array.shape.aperture_m,
                 array.shape.aliasing_hz(speed), unknown.empty() ? "" : "; ", unknown,
                 array::text_picture(array.known.position_m));
}

}  // namespace commands
