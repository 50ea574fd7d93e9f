#include "commands/device/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace commands::device {

std::size_t first_model_steps(const Options& options) {
  return std::max<std::size_t>(300, options.steps / 3);
}

std::string plan_text(const Options& options, const std::vector<Recording>& recordings) {
  double seconds = 0.0;
  std::string text;
  for (const Recording& recording : recordings) {
    seconds += recording.duration_s;
    text += fmt::format("recording  {}: {} channels at {:.0f} Hz, {:.0f} s;", recording.name,
                        recording.channels, recording.rate_hz, recording.duration_s);
    for (const std::filesystem::path& file : recording.files()) {
      text += fmt::format(" {}", file.filename().string());
    }
    text += "\n";
  }
  const bool two_passes = options.two_passes();
  const double passes = two_passes ? 2.0 : 1.0;
  const auto microphones = static_cast<double>(recordings.front().channels);
  // Sessions hold 4 bytes a sample, features about 146 kB a second and microphone.
  const double bytes = passes * seconds * microphones * (4.0 * options.import.rate_hz + 146e3);
  const double steps =
      static_cast<double>(options.steps + (two_passes ? first_model_steps(options) : 0));
  // Measured with two cores and 8 microphones: 12 steps a second, 0.1 s of work a recorded second.
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  const double minutes = (steps / 12.0 + passes * 0.1 * seconds + 60.0) * 2.0 / cores / 60.0;
  text += two_passes ? fmt::format(
                           "steps      two passes of import, features and training: {} + {} "
                           "training steps; responses, export, report\n",
                           first_model_steps(options), options.steps)
                     : fmt::format(
                           "steps      import, features, {} training steps, responses, "
                           "export, report\n",
                           options.steps);
  text += fmt::format("folder     {}: about {}\n", options.out.string(), format_bytes(bytes));
  text += fmt::format("time       about {:.0f} minutes\n", std::max(1.0, minutes));
  text += fmt::format("mirror     --reflect {}\n", options.reflect);
  return text;
}

}  // namespace commands::device
