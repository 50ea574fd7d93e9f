#include "commands/eval_baselines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <optional>
#include <span>
#include <system_error>

#include "array/known_array.h"
#include "array/shape.h"
#include "commands/dry_run.h"
#include "commands/window_fit.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/stopwatch.h"
#include "core/value_range.h"
#include "doa/baseline.h"
#include "doa/baseline_registry.h"
#include "dsp/stft.h"
#include "formats/estimates_file.h"
#include "formats/input_list.h"
#include "formats/sessions_file.h"
#include "localize/baseline_estimator.h"
#include "localize/bin_weights.h"
#include "localize/response_spectra.h"
#include "session/estimate.h"
#include "session/session.h"

namespace commands {
namespace {

/// Frames of the C-SL paper, section 3.1; csl-features has the same defaults.
constexpr double kWindowMs = 25.0;
constexpr double kHopMs = 10.0;

/// Sessions files that were recorded with one array.
using Recordings = formats::InputList<formats::SessionsReader>;

bool same_array(const array::KnownArray& a, const array::KnownArray& b) {
  if (a.position_m != b.position_m || a.responses.has_value() != b.responses.has_value()) {
    return false;
  }
  return !a.responses ||
         (a.responses->ir == b.responses->ir && a.responses->direction == b.responses->direction &&
          a.responses->sample_rate_hz == b.responses->sample_rate_hz);
}

Recordings open_recordings(const std::vector<std::filesystem::path>& paths) {
  Recordings recordings;
  for (const std::filesystem::path& path : paths) {
    const formats::SessionsReader& file = recordings.add(path);
    const formats::SessionsReader& first = *recordings.files.front();
    if (file.array().position_m.empty() && !file.array().responses) {
      throw core::InputError(
          fmt::format("{}:/array: expected the microphones' positions or responses, found none: "
                      "baselines need a known array (csl-simulate, or csl-import --array)",
                      path.string()));
    }
    if (!same_array(file.array(), first.array()) ||
        file.sample_rate_hz() != first.sample_rate_hz()) {
      throw core::InputError(fmt::format(
          "{}: expected the array and sample rate of {}; evaluate different arrays separately",
          path.string(), first.path().string()));
    }
  }
  return recordings;
}

/// One method in one pooling frame, and the files that its searches are written to.
struct Run {
  std::string pooling;
  doa::PoolFrame frame;
  array::Extent extent;                                     ///< of the array
  std::shared_ptr<const doa::BaselineLocalizer> localizer;  ///< shared by all frames of a method
  std::unique_ptr<formats::EstimatesWriter> grid, refined;  ///< null: not requested
};

/// Estimates of one session by one run; a list is empty if its search is not requested.
struct RunEstimates {
  std::vector<session::Estimate> grid, refined;
};

struct SessionRuns {
  session::Info info;
  std::vector<RunEstimates> runs;
};

/// One session's STFT with the time and orientation of every frame.
struct SessionFrames {
  std::vector<std::complex<float>> spectrum;  ///< [frames, bins, microphones]
  std::vector<float> weight;                  ///< [frames, bins]; empty: every bin weighs 1
  doa::StftView view;
  double hop_s = 0.0;
  std::vector<double> time_s;                      ///< [frames]
  std::vector<Eigen::Quaterniond> q_world_sensor;  ///< [frames]
};

SessionFrames transform(const session::Session& session, const formats::SessionsReader& file,
                        const BaselineRunOptions& options) {
  const double rate_hz = file.sample_rate_hz();
  dsp::Stft stft(dsp::StftOptions::from_milliseconds(kWindowMs, kHopMs, rate_hz));
  SessionFrames frames;
  frames.spectrum = stft.analyze(session.time_data, file.microphones());
  frames.view = {frames.spectrum.data(),
                 frames.spectrum.size() / (stft.bins() * file.microphones()), stft.bins(),
                 file.microphones(), stft.bin_frequency_hz(1, rate_hz)};
  frames.hop_s = static_cast<double>(stft.options().hop) / rate_hz;
  for (std::size_t f = 0; f < frames.view.frames; ++f) {
    frames.time_s.push_back(stft.center_time_s(f, rate_hz));
    frames.q_world_sensor.push_back(session.orientation.at(frames.time_s.back()));
  }
  if (options.noise_margin_db > 0.0 || options.onset_weights) {
    frames.weight = localize::bin_weights(frames.view, frames.hop_s,
                                          {options.noise_margin_db, options.onset_weights});
    frames.view.weight = frames.weight.data();
  }
  return frames;
}

/// @param bins  frames of the window; reported as its number of bins, since a baseline scores
///              whole frames
session::Estimate to_estimate(const Eigen::Vector3d& direction_sensor,
                              const doa::BaselineEstimate& found, array::Extent extent,
                              std::size_t window, std::size_t bins, const SessionFrames& frames) {
  session::Estimate estimate;
  estimate.window = static_cast<std::uint32_t>(window);
  estimate.frame = static_cast<std::uint32_t>(found.center_frame);
  estimate.time_s = frames.time_s[found.center_frame];
  estimate.q_world_sensor = frames.q_world_sensor[found.center_frame];
  localize::set_baseline_direction(found, extent, direction_sensor, bins, estimate);
  return estimate;
}

RunEstimates run_estimates(const Run& run, const SessionFrames& frames,
                           std::span<const doa::MovingWindows> windows) {
  const auto found =
      run.localizer->localize(frames.view, frames.q_world_sensor, windows, run.frame);
  RunEstimates result;
  for (std::size_t w = 0; w < found.size(); ++w) {
    for (std::size_t i = 0; i < found[w].size(); ++i) {
      const doa::BaselineEstimate& one = found[w][i];
      const std::size_t count = windows[w].range(i).count();
      if (run.grid) {
        result.grid.push_back(
            to_estimate(one.grid_direction_sensor, one, run.extent, w, count, frames));
      }
      if (run.refined) {
        result.refined.push_back(
            to_estimate(one.direction_sensor, one, run.extent, w, count, frames));
      }
    }
  }
  return result;
}

std::string file_name(const std::string& method, const std::string& pooling,
                      const std::string& search) {
  return fmt::format("{}-{}-{}.estimates.h5", method, pooling, search);
}

SessionRuns localize_session(const std::vector<Run>& runs, const session::Session& session,
                             const formats::SessionsReader& file,
                             const BaselineRunOptions& options) {
  const SessionFrames frames = transform(session, file, options);
  std::vector<doa::MovingWindows> windows;
  for (const doa::WindowLength& length : window_lengths(options.window)) {
    windows.emplace_back(length, frames.view.frames, frames.hop_s, options.stride);
  }
  SessionRuns result{session.info, {}};
  for (const Run& run : runs) result.runs.push_back(run_estimates(run, frames, windows));
  return result;
}

std::unique_ptr<formats::EstimatesWriter> make_writer(const std::filesystem::path& folder,
                                                      const core::Provenance& provenance,
                                                      const formats::EstimatesHeader& header,
                                                      std::vector<std::filesystem::path>& files) {
  files.push_back(folder / file_name(header.method, header.pooling, header.estimator));
  return std::make_unique<formats::EstimatesWriter>(files.back(), provenance, header);
}

/// Makes a method's localizer. @throws core::InputError if its band has no bin of the STFT
std::shared_ptr<const doa::BaselineLocalizer> make_localizer(
    const doa::BaselineMethod& method, const BaselineRunOptions& options,
    const formats::SessionsReader& file, const std::optional<doa::MeasuredArray>& measured) {
  const doa::BaselineOptions settings = method_options(method, options);
  const dsp::StftOptions stft =
      dsp::StftOptions::from_milliseconds(kWindowMs, kHopMs, file.sample_rate_hz());
  doa::bin_range(stft.window / 2 + 1, file.sample_rate_hz() / static_cast<double>(stft.window),
                 settings);
  if (measured) return std::make_shared<doa::MeasuredBaseline>(method, *measured, settings);
  return std::make_shared<doa::FreeFieldBaseline>(method, file.array().position_m, settings);
}

/// The runs, with the files that they write; without a folder they write none.
std::vector<Run> make_runs(const BaselineRunOptions& options, const Recordings& recordings,
                           const core::Provenance& provenance, const std::filesystem::path& folder,
                           std::vector<std::filesystem::path>& files) {
  const formats::SessionsReader& first = *recordings.files.front();
  const double rate_hz = first.sample_rate_hz();
  const dsp::StftOptions stft = dsp::StftOptions::from_milliseconds(kWindowMs, kHopMs, rate_hz);
  std::optional<doa::MeasuredArray> measured;
  if (first.array().responses) {
    measured = localize::measured_array(*first.array().responses, stft, rate_hz);
  }
  const array::Extent extent =
      measured ? array::Extent::kVolume : array::shape_of(first.array().position_m).extent;
  std::vector<Run> runs;
  for (const std::string& method : options.methods) {
    const auto localizer = make_localizer(doa::baseline_method(method), options, first, measured);
    for (const std::string& pooling : options.pooling) {
      Run run{pooling, pool_frame(pooling), extent, localizer, nullptr, nullptr};
      formats::EstimatesHeader header{method, "", pooling, window_lengths(options.window)};
      header.hop_s = static_cast<double>(stft.hop) / rate_hz;
      header.bin_hz = rate_hz / static_cast<double>(stft.window);
      for (const std::string& search : options.search) {
        if (folder.empty()) break;
        header.estimator = search;
        (search == "grid" ? run.grid : run.refined) =
            make_writer(folder, provenance, header, files);
      }
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

}  // namespace

bool is_baseline_file(const std::string& name, const BaselineRunOptions& options) {
  for (const std::string& method : options.methods) {
    for (const std::string& pooling : options.pooling) {
      for (const std::string& search : options.search) {
        if (name == file_name(method, pooling, search)) return true;
      }
    }
  }
  return false;
}

double baseline_seconds(const std::vector<std::filesystem::path>& sessions,
                        const BaselineRunOptions& options, const CommonOptions& common) {
  check_baseline_options(options);
  const Recordings recordings = open_recordings(sessions);
  if (recordings.size() == 0) return 0.0;
  std::vector<std::filesystem::path> none;
  const std::vector<Run> runs = make_runs(options, recordings, {}, {}, none);
  const core::ThreadPool pool(common.threads);
  const core::Stopwatch clock;
  localize_session(runs, recordings.read(0), *recordings.files.front(), options);
  return time_of_parts(clock.elapsed_s(), recordings.size(), pool.threads());
}

std::vector<std::filesystem::path> run_baselines(const std::vector<std::filesystem::path>& sessions,
                                                 const BaselineRunOptions& options,
                                                 const CommonOptions& common,
                                                 const nlohmann::json& options_json,
                                                 const std::filesystem::path& folder) {
  check_baseline_options(options);
  const Recordings recordings = open_recordings(sessions);
  core::Provenance provenance = core::make_provenance("csl-eval", options_json, common.seed);
  for (const auto& file : recordings.files) core::append_history(provenance, file->provenance());
  // The folder is made when all inputs are valid and before the long work starts: an error in its
  // path must not cost the work.
  core::make_folder(folder);
  std::vector<std::filesystem::path> files;
  const std::vector<Run> runs = make_runs(options, recordings, provenance, folder, files);
  WindowFit fit(window_lengths(options.window));
  core::ThreadPool pool(common.threads);
  {
    core::Progress progress("baselines", recordings.size(), "sessions");
    core::ordered_pipeline<SessionRuns>(
        pool, recordings.size(),
        [&](std::size_t i) {
          const formats::SessionsReader& reader = *recordings.files[recordings.sessions[i].first];
          return localize_session(runs, recordings.read(i), reader, options);
        },
        [&](std::size_t, SessionRuns&& result) {
          for (std::size_t r = 0; r < runs.size(); ++r) {
            fit.add(result.info, runs[r].grid ? result.runs[r].grid : result.runs[r].refined);
            if (runs[r].grid) runs[r].grid->append_session(result.info, result.runs[r].grid);
            if (runs[r].refined)
              runs[r].refined->append_session(result.info, result.runs[r].refined);
          }
          progress.advance();
        });
  }
  fit.check();
  for (const Run& run : runs) {
    if (run.grid) run.grid->commit();
    if (run.refined) run.refined->commit();
  }
  return files;
}

}  // namespace commands
