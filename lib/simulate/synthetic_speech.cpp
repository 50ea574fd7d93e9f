#include "simulate/synthetic_speech.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/errors.h"
#include "core/parse.h"
#include "core/random.h"

namespace simulate {
namespace {

constexpr std::uint32_t kUtterances = 400;
constexpr double kShortestLengthS = 0.5;
constexpr double kLongestLengthS = 3600.0;
constexpr double kLevel = 0.03;  ///< root mean square of a whole utterance
const std::string kName = "synthetic";

/// Length in the source's text "synthetic:SECONDS"; none for "synthetic".
std::optional<double> stated_length_s(const std::string& source) {
  if (source == kName) return std::nullopt;
  const std::optional<double> length_s = core::parse_number(source.substr(kName.size() + 1));
  core::require(length_s && *length_s >= kShortestLengthS && *length_s <= kLongestLengthS,
                fmt::format("--speech: expected synthetic:SECONDS with {} to {} s, found \"{}\"",
                            kShortestLengthS, kLongestLengthS, source));
  return length_s;
}

bool names_synthetic_speech(const std::string& source) {
  return source == kName || source.starts_with(kName + ":");
}

/// Klatt's resonator: y[n] = a x[n] + b y[n - 1] + c y[n - 2], with gain 1 at frequency 0.
class Resonator {
 public:
  Resonator(double frequency_hz, double bandwidth_hz, double sample_rate_hz) {
    const double radius = std::exp(-std::numbers::pi * bandwidth_hz / sample_rate_hz);
    c_ = -radius * radius;
    b_ = 2.0 * radius * std::cos(2.0 * std::numbers::pi * frequency_hz / sample_rate_hz);
    a_ = 1.0 - b_ - c_;
  }
  double operator()(double x) {
    const double y = a_ * x + b_ * y1_ + c_ * y2_;
    y2_ = y1_;
    y1_ = y;
    return y;
  }

 private:
  double a_, b_, c_;
  double y1_ = 0.0;
  double y2_ = 0.0;
};

/// Appends the parts of an utterance to its samples.
class Voice {
 public:
  Voice(const SyntheticUtterance& utterance, double sample_rate_hz)
      : random_(0, core::Purpose::kSessionSpeech, utterance.number, 1),  // read_sources: b = 0
        rate_hz_(sample_rate_hz),
        length_s_(utterance.length_s.value_or(random_.uniform(2.0, 4.0))),
        pitch_hz_(random_.uniform(90.0, 240.0)) {}

  std::vector<double> speak() {
    const auto length = static_cast<std::size_t>(std::llround(length_s_ * rate_hz_));
    while (samples_.size() < length) phrase();
    samples_.resize(length);
    return samples_;
  }

 private:
  void phrase() {
    const std::uint64_t syllables = 6 + random_.index(8);
    for (std::uint64_t i = 0; i < syllables; ++i) {
      fricative(random_.uniform(0.04, 0.12));
      vowel(random_.uniform(0.08, 0.25));
      pause(random_.uniform(0.0, 0.06));
    }
    pause(random_.uniform(0.4, 0.8));
  }

  void fricative(double duration_s) {
    Resonator mouth(random_.uniform(1800.0, 6500.0), 1200.0, rate_hz_);
    const double level = random_.uniform(0.1, 0.4);
    append(duration_s, [&](double) {
      const double noise = random_.normal();
      return level * (mouth(noise) + 0.2 * noise);
    });
  }

  void vowel(double duration_s) {
    std::array<Resonator, 3> formants = {
        Resonator(random_.uniform(300.0, 850.0), 80.0, rate_hz_),
        Resonator(random_.uniform(900.0, 2300.0), 120.0, rate_hz_),
        Resonator(random_.uniform(2400.0, 3400.0), 200.0, rate_hz_)};
    const double first_hz = pitch_hz_ * random_.uniform(0.8, 1.25);
    const double glide = random_.uniform(-0.25, 0.1);
    double phase = 0.0;
    double last = 0.0;
    append(duration_s, [&](double part) {
      phase += first_hz * (1.0 + glide * part) / rate_hz_;
      const bool pulse = phase >= 1.0;
      if (pulse) phase -= 1.0;
      const double source = (pulse ? 10.0 : 0.0) + 0.15 * random_.normal();
      // The lips radiate the derivative: sound has no constant part.
      const double excitation = source - std::exchange(last, source);
      double sum = 0.1 * excitation;
      for (Resonator& formant : formants) sum += formant(excitation);
      return sum;
    });
  }

  void pause(double duration_s) {
    append(duration_s, [](double) { return 0.0; });
  }

  /// @param value  sample at a part of the duration, 0 to 1; a half sine fades it in and out
  template <typename Value>
  void append(double duration_s, const Value& value) {
    const auto count = static_cast<std::size_t>(duration_s * rate_hz_);
    for (std::size_t i = 0; i < count; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(count);
      samples_.push_back(value(part) * std::sin(std::numbers::pi * part));
    }
  }

  core::RandomStream random_;
  double rate_hz_;
  double length_s_;
  double pitch_hz_;
  std::vector<double> samples_;
};

}  // namespace

std::vector<std::filesystem::path> synthetic_speech(const std::string& source) {
  if (!names_synthetic_speech(source)) return {};
  stated_length_s(source);
  std::error_code ignored;
  core::require(
      !std::filesystem::exists(source, ignored),
      fmt::format("--speech {0}: this is the built-in voice, and a file or folder has the "
                  "same name; write ./{0} for the file",
                  source));
  std::vector<std::filesystem::path> names;
  for (std::uint32_t i = 1; i <= kUtterances; ++i) {
    names.push_back(std::filesystem::path(source) / fmt::format("{}-{:04}", kName, i));
  }
  return names;
}

std::optional<SyntheticUtterance> synthetic_utterance(const std::filesystem::path& path) {
  const std::string source = path.parent_path().string();
  const std::string name = path.filename().string();
  if (!names_synthetic_speech(source) || !name.starts_with(kName + "-")) return std::nullopt;
  const auto number = core::parse_whole_number(name.substr(kName.size() + 1));
  if (!number) return std::nullopt;
  return SyntheticUtterance{static_cast<std::uint32_t>(*number), stated_length_s(source)};
}

std::vector<float> synthesize(const SyntheticUtterance& utterance, double sample_rate_hz) {
  const std::vector<double> samples = Voice(utterance, sample_rate_hz).speak();
  double energy = 0.0;
  for (const double x : samples) energy += x * x;
  const double gain = kLevel / std::sqrt(energy / static_cast<double>(samples.size()));
  std::vector<float> scaled(samples.size());
  std::transform(samples.begin(), samples.end(), scaled.begin(),
                 [gain](double x) { return static_cast<float>(gain * x); });
  return scaled;
}

}  // namespace simulate
