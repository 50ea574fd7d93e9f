#include "commands/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "commands/dry_run.h"
#include "commands/feature_blocks.h"
#include "commands/inputs.h"
#include "commands/output_plan.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/stopwatch.h"
#include "dsp/stft.h"
#include "features/frame_bins.h"
#include "features/session_features.h"
#include "formats/input_list.h"
#include "session/features.h"

namespace commands {
namespace {

void check_options(const FeaturesOptions& options) {
  core::require(!options.in.empty(), "--in: name at least one sessions file");
  core::require(options.window_ms >= 1.0 && options.window_ms <= 1000.0,
                fmt::format("--window-ms: expected 1 to 1000, found {}", options.window_ms));
  core::require(options.hop_ms > 0.0 && options.hop_ms <= options.window_ms,
                fmt::format("--hop-ms: expected more than 0 and at most --window-ms, found {}",
                            options.hop_ms));
  core::require(
      options.min_frequency_hz >= 0.0 && options.min_frequency_hz < options.max_frequency_hz,
      fmt::format("--fmin, --fmax: expected 0 <= fmin < fmax, found {} and {}",
                  options.min_frequency_hz, options.max_frequency_hz));
  core::require(options.floor_db < 0.0 && options.floor_db >= -200.0,
                fmt::format("--floor-db: expected -200 to below 0, found {}", options.floor_db));
  core::require(
      options.floor_memory_s >= 0.0 && std::isfinite(options.floor_memory_s),
      fmt::format("--floor-memory: expected seconds, 0 or more, found {}", options.floor_memory_s));
  core::require(
      options.noise_margin_db >= 0.0 && options.noise_margin_db <= 100.0,
      fmt::format("--noise-margin: expected 0 (off) to 100 dB, found {}", options.noise_margin_db));
}

using SessionsList = formats::InputList<formats::SessionsReader>;

SessionsList open_inputs(const std::vector<std::filesystem::path>& paths) {
  SessionsList inputs;
  for (const std::filesystem::path& path : paths) {
    const formats::SessionsReader& file = inputs.add(path);
    const formats::SessionsReader& first = *inputs.files.front();
    if (file.microphones() < 2) {
      throw core::InputError(
          fmt::format("{}: expected at least 2 microphones, found {}: one microphone "
                      "cannot tell the direction of sound",
                      path.string(), file.microphones()));
    }
    if (file.microphones() != first.microphones() ||
        file.sample_rate_hz() != first.sample_rate_hz()) {
      throw core::InputError(
          fmt::format("{}: expected {} microphones at {} Hz as in {}, found {} at {} Hz",
                      path.string(), first.microphones(), first.sample_rate_hz(),
                      first.path().string(), file.microphones(), file.sample_rate_hz()));
    }
  }
  return inputs;
}

/// Makes the features of one session for their time and their size, which stand for all.
void explain_work(const FeaturesOptions& options, const SessionsList& inputs,
                  const session::FeatureSettings& settings) {
  const std::size_t microphones = inputs.files.front()->microphones();
  const core::ThreadPool pool(options.common.threads);
  const core::Stopwatch clock;
  const session::Features one = features::make_features(inputs.read(0), microphones, settings);
  // Two floats a microphone; frame, frequency, energy and rise of each bin.
  const double bytes = static_cast<double>(one.bins() * inputs.size() * (8 * microphones + 14));
  DryRun{options.out, fmt::format("{} sessions, {} microphones", inputs.size(), microphones), bytes,
         time_of_parts(clock.elapsed_s(), inputs.size(), pool.threads())}
      .print();
}

/// Writes the features of all sessions: short ones are made in parallel, long ones in blocks.
/// @return  number of sessions without bins
std::size_t write_all(const SessionsList& inputs, const session::FeatureSettings& settings,
                      core::ThreadPool& pool, formats::FeaturesWriter& writer) {
  const std::size_t microphones = inputs.files.front()->microphones();
  const auto is_long = [&](std::size_t i) {
    const auto [file, session] = inputs.sessions[i];
    return features::frame_count(inputs.files[file]->samples(session), settings) >
           kLongSessionFrames;
  };
  std::size_t silent = 0;
  core::Progress progress("features", inputs.size(), "sessions");
  core::ordered_pipeline<session::Features>(
      pool, inputs.size(),
      [&](std::size_t i) {
        if (is_long(i)) return session::Features();
        return features::make_features(inputs.read(i), microphones, settings);
      },
      [&](std::size_t i, session::Features&& features) {
        std::size_t bins = features.bins();
        if (is_long(i)) {
          bins = write_feature_blocks(inputs, i, settings, pool, writer);
        } else {
          writer.append(features);
        }
        silent += bins == 0 ? 1 : 0;
        progress.advance();
      });
  return silent;
}

}  // namespace

nlohmann::json FeaturesOptions::to_json() const {
  return {{"window_ms", window_ms},
          {"hop_ms", hop_ms},
          {"fmin_hz", min_frequency_hz},
          {"fmax_hz", max_frequency_hz},
          {"floor_db", floor_db},
          {"floor_memory_s", floor_memory_s},
          {"noise_margin_db", noise_margin_db}};
}

session::FeatureSettings make_settings(const FeaturesOptions& options, double sample_rate_hz) {
  const dsp::StftOptions stft =
      dsp::StftOptions::from_milliseconds(options.window_ms, options.hop_ms, sample_rate_hz);
  return {sample_rate_hz,
          stft.window,
          stft.hop,
          options.min_frequency_hz,
          options.max_frequency_hz,
          options.floor_db,
          options.floor_memory_s,
          options.noise_margin_db};
}

void make_features(const FeaturesOptions& options) {
  check_options(options);
  const std::vector<std::filesystem::path> paths = input_files("--in", options.in, {"sessions"});
  OutputPlan(options.common).inputs("--in", paths).required_output("--out", options.out).check();
  const SessionsList inputs = open_inputs(paths);
  const std::size_t microphones = inputs.files.front()->microphones();
  const session::FeatureSettings settings =
      make_settings(options, inputs.files.front()->sample_rate_hz());
  core::require(
      settings.valid(),
      fmt::format("--window-ms: expected at most {} samples, found {} ms at {} Hz",
                  session::kMostWindowSamples, options.window_ms, settings.sample_rate_hz));
  if (features::frequency_range(settings).count() == 0) {
    throw core::UsageError(
        fmt::format("--fmin, --fmax: no bin of the STFT lies between {} and {} Hz",
                    options.min_frequency_hz, options.max_frequency_hz));
  }
  if (options.dry_run) {
    explain_work(options, inputs, settings);
    return;
  }
  core::Provenance provenance =
      core::make_provenance("csl-features", options.to_json(), options.common.seed);
  for (const auto& file : inputs.files) core::append_history(provenance, file->provenance());
  formats::FeaturesWriter writer(options.out, provenance, microphones, settings);
  core::ThreadPool pool(options.common.threads);
  const std::size_t silent = write_all(inputs, settings, pool, writer);
  writer.commit();
  if (silent > 0) {
    core::log_warning("{} of {} sessions have no bins (silent, or shorter than a window)", silent,
                      inputs.size());
  }
  report_output(options.out,
                fmt::format("{} sessions, {:.2f} million bins, {} microphones", inputs.size(),
                            static_cast<double>(writer.bins()) * 1e-6, microphones));
}

}  // namespace commands
