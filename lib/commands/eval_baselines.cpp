#include "commands/eval_baselines.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>

#include "array/known_array.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "dsp/stft.h"
#include "formats/estimates_file.h"
#include "formats/input_list.h"
#include "formats/sessions_file.h"
#include "localize/response_spectra.h"
#include "session/estimate.h"
#include "session/session.h"

namespace commands {
namespace {

/// Frames of the paper's section 3.1, and of csl-features' defaults.
constexpr double kWindowMs = 25.0;
constexpr double kHopMs = 10.0;

doa::PoolFrame pool_frame(const std::string& name) {
  if (name == "sensor") return doa::PoolFrame::kSensor;
  if (name == "world") return doa::PoolFrame::kWorld;
  throw core::UsageError(fmt::format("--pooling: expected sensor or world, found \"{}\"", name));
}

bool contains(const std::vector<std::string>& names, const char* name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<doa::WindowLength> window_lengths(const std::vector<std::string>& texts) {
  std::vector<doa::WindowLength> lengths;
  for (const std::string& text : texts) lengths.push_back(doa::WindowLength::parse(text));
  return lengths;
}

/// Sessions files of one array.
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

/// One method in one pooling frame, and the files its searches go to.
struct Run {
  std::string pooling;
  doa::PoolFrame frame;
  std::shared_ptr<const doa::BaselineLocalizer> localizer;  ///< of all frames of one method
  std::unique_ptr<formats::EstimatesWriter> grid, refined;  ///< null: not wanted
};

/// Estimates of one session by one run; empty lists where a search is not wanted.
struct RunEstimates {
  std::vector<session::Estimate> grid, refined;
};

struct SessionRuns {
  session::Info info;
  std::vector<RunEstimates> runs;
};

session::Estimate to_estimate(const Eigen::Vector3d& direction_sensor,
                              const doa::BaselineEstimate& found, std::size_t window,
                              const doa::MovingWindows& windows, std::size_t index, double time_s,
                              const Eigen::Quaterniond& q_world_sensor) {
  session::Estimate estimate;
  estimate.window = static_cast<std::uint32_t>(window);
  estimate.frame = static_cast<std::uint32_t>(found.center_frame);
  estimate.time_s = time_s;
  estimate.q_world_sensor = q_world_sensor;
  estimate.direction_sensor = direction_sensor;
  estimate.direction_world = q_world_sensor * direction_sensor;
  estimate.confidence = found.empty() ? 0.0 : std::max(0.0, found.score);
  // A baseline scores whole frames; what counts is whether the window had any that says anything.
  estimate.bins = found.empty() ? 0 : static_cast<std::uint32_t>(windows.range(index).count());
  return estimate;
}

SessionRuns localize_session(const std::vector<Run>& runs, const session::Session& session,
                             double sample_rate_hz, std::size_t microphones,
                             const std::vector<doa::WindowLength>& lengths, std::size_t stride) {
  dsp::Stft stft(dsp::StftOptions::from_milliseconds(kWindowMs, kHopMs, sample_rate_hz));
  const std::vector<std::complex<float>> spectrum = stft.analyze(session.time_data, microphones);
  const std::size_t frames = spectrum.size() / (stft.bins() * microphones);
  const doa::StftView view = {spectrum.data(), frames, stft.bins(), microphones,
                              stft.bin_frequency_hz(1, sample_rate_hz)};
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q_world_sensor;
  for (std::size_t f = 0; f < frames; ++f) {
    time_s.push_back(stft.center_time_s(f, sample_rate_hz));
    q_world_sensor.push_back(session.orientation.at(time_s.back()));
  }
  const double hop_s = static_cast<double>(stft.options().hop) / sample_rate_hz;
  std::vector<doa::MovingWindows> windows;
  for (const doa::WindowLength& length : lengths)
    windows.emplace_back(length, frames, hop_s, stride);
  SessionRuns result{session.info, std::vector<RunEstimates>(runs.size())};
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto found = runs[r].localizer->localize(view, q_world_sensor, windows, runs[r].frame);
    for (std::size_t w = 0; w < found.size(); ++w) {
      for (std::size_t i = 0; i < found[w].size(); ++i) {
        const doa::BaselineEstimate& one = found[w][i];
        const auto estimate = [&](const Eigen::Vector3d& direction) {
          return to_estimate(direction, one, w, windows[w], i, time_s[one.center_frame],
                             q_world_sensor[one.center_frame]);
        };
        if (runs[r].grid) result.runs[r].grid.push_back(estimate(one.grid_direction_sensor));
        if (runs[r].refined) result.runs[r].refined.push_back(estimate(one.direction_sensor));
      }
    }
  }
  return result;
}

std::string file_name(const std::string& method, const std::string& pooling,
                      const std::string& search) {
  return fmt::format("{}-{}-{}.estimates.h5", method, pooling, search);
}

std::unique_ptr<formats::EstimatesWriter> make_writer(const std::filesystem::path& folder,
                                                      const core::Provenance& provenance,
                                                      const formats::EstimatesHeader& header,
                                                      std::vector<std::filesystem::path>& files) {
  files.push_back(folder / file_name(header.method, header.pooling, header.estimator));
  return std::make_unique<formats::EstimatesWriter>(files.back(), provenance, header);
}

std::vector<Run> make_runs(const BaselineRunOptions& options, const Recordings& recordings,
                           const core::Provenance& provenance, const std::filesystem::path& folder,
                           std::vector<std::filesystem::path>& files) {
  const formats::SessionsReader& first = *recordings.files.front();
  const dsp::StftOptions stft =
      dsp::StftOptions::from_milliseconds(kWindowMs, kHopMs, first.sample_rate_hz());
  const array::KnownArray& array = first.array();
  std::optional<doa::MeasuredArray> measured;
  if (array.responses)
    measured = localize::measured_array(*array.responses, stft, first.sample_rate_hz());
  std::vector<Run> runs;
  for (const std::string& method : options.methods) {
    const doa::Baseline baseline = doa::baseline_from_name(method);
    doa::BaselineOptions settings = doa::BaselineOptions::defaults(baseline);
    settings.floor_db = options.floor_db;
    settings.selectivity = options.selectivity;
    settings.whiten_frames = options.cpsd == "whitened";
    if (!contains(options.search, "refined")) settings.refine_step_deg = 0.0;
    const auto localizer =
        measured ? std::make_shared<doa::BaselineLocalizer>(baseline, *measured, settings)
                 : std::make_shared<doa::BaselineLocalizer>(baseline, array.position_m, settings);
    for (const std::string& pooling : options.pooling) {
      Run run{pooling, pool_frame(pooling), localizer, nullptr, nullptr};
      formats::EstimatesHeader header{method, "", pooling, window_lengths(options.window)};
      header.hop_s = static_cast<double>(stft.hop) / first.sample_rate_hz();
      header.bin_hz = first.sample_rate_hz() / static_cast<double>(stft.window);
      for (const std::string& search : options.search) {
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

void check_baseline_options(const BaselineRunOptions& options) {
  const auto once = [](const std::string& option, const std::vector<std::string>& names) {
    if (names.empty()) throw core::UsageError(option + ": name at least one");
    for (const std::string& name : names) {
      if (std::count(names.begin(), names.end(), name) > 1) {
        throw core::UsageError(fmt::format("{}: {} is named twice", option, name));
      }
    }
  };
  once("--baselines", options.methods);
  once("--pooling", options.pooling);
  once("--search", options.search);
  once("--window", options.window);
  for (const std::string& method : options.methods) doa::baseline_from_name(method);
  for (const std::string& pooling : options.pooling) pool_frame(pooling);
  for (const std::string& search : options.search) {
    if (search != "grid" && search != "refined") {
      throw core::UsageError(
          fmt::format("--search: expected grid or refined, found \"{}\"", search));
    }
  }
  window_lengths(options.window);
  if (!(options.floor_db < 0.0)) {
    throw core::UsageError(
        fmt::format("--floor-db: expected less than 0, found {}", options.floor_db));
  }
  if (options.cpsd != "whitened" && options.cpsd != "energy") {
    throw core::UsageError(
        fmt::format("--cpsd: expected whitened or energy, found \"{}\"", options.cpsd));
  }
  if (!(options.selectivity > 0.0 && options.selectivity <= 20.0)) {
    throw core::UsageError(
        fmt::format("--selectivity: expected above 0 and up to 20, found {}", options.selectivity));
  }
  if (options.stride < 1) throw core::UsageError("--stride: expected at least 1");
}

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

std::vector<std::filesystem::path> run_baselines(const std::vector<std::filesystem::path>& sessions,
                                                 const BaselineRunOptions& options,
                                                 const CommonOptions& common,
                                                 const nlohmann::json& options_json,
                                                 const std::filesystem::path& folder) {
  check_baseline_options(options);
  const Recordings recordings = open_recordings(sessions);
  core::Provenance provenance = core::make_provenance("csl-eval", options_json, common.seed);
  for (const auto& file : recordings.files) core::append_history(provenance, file->provenance());
  // When the inputs are known to be good and before the long work: a folder that cannot be written
  // is found now.
  core::make_folder(folder);
  std::vector<std::filesystem::path> files;
  const std::vector<Run> runs = make_runs(options, recordings, provenance, folder, files);
  const std::vector<doa::WindowLength> lengths = window_lengths(options.window);
  core::ThreadPool pool(common.threads);
  {
    core::Progress progress("baselines", recordings.size(), "sessions");
    core::ordered_pipeline<SessionRuns>(
        pool, recordings.size(),
        [&](std::size_t i) {
          const formats::SessionsReader& reader = *recordings.files[recordings.sessions[i].first];
          return localize_session(runs, recordings.read(i), reader.sample_rate_hz(),
                                  reader.microphones(), lengths, options.stride);
        },
        [&](std::size_t, SessionRuns&& result) {
          for (std::size_t r = 0; r < runs.size(); ++r) {
            if (runs[r].grid) runs[r].grid->append_session(result.info, result.runs[r].grid);
            if (runs[r].refined)
              runs[r].refined->append_session(result.info, result.runs[r].refined);
          }
          progress.advance();
        });
  }
  for (const Run& run : runs) {
    if (run.grid) run.grid->commit();
    if (run.refined) run.refined->commit();
  }
  return files;
}

}  // namespace commands
