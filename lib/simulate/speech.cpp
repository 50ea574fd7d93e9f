#include "simulate/speech.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <numeric>
#include <sstream>
#include <system_error>

#include "core/errors.h"
#include "core/files.h"
#include "core/random.h"
#include "dsp/resample.h"
#include "io/audio.h"
#include "simulate/synthetic_speech.h"

namespace simulate {
namespace {

namespace fs = std::filesystem;

constexpr double kShortestSpeechS = 0.1;
// The split of TIMIT in the C-SL paper, 3.1.
constexpr std::size_t kTimitFiles = 6300;
constexpr std::size_t kTrainFiles = 5012;
constexpr std::size_t kHeldOutFiles = 638;

void add_folder(const fs::path& folder, std::vector<fs::path>& files) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && io::looks_like_audio(entry.path()))
      found.push_back(entry.path());
  }
  if (found.empty()) {
    throw core::InputError(fmt::format("{}: no audio files in this folder", folder.string()));
  }
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
}

void add_list(std::istream& lines, const fs::path& folder, const std::string& name,
              std::vector<fs::path>& files) {
  std::string line;
  while (std::getline(lines, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const fs::path path = folder / line;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) {
      throw core::InputError(
          fmt::format("{}: lists {}, which does not exist", name, path.string()));
    }
    files.push_back(path);
  }
}

}  // namespace

std::vector<fs::path> find_speech(const std::vector<std::string>& sources) {
  std::vector<fs::path> files;
  for (const std::string& source : sources) {
    if (source == "-") {
      add_list(std::cin, "", "the list on standard input", files);
      continue;
    }
    if (const std::vector<fs::path> utterances = synthetic_speech(source); !utterances.empty()) {
      files.insert(files.end(), utterances.begin(), utterances.end());
      continue;
    }
    for (const fs::path& path : core::expand_inputs({source})) {
      const std::string ending = path.extension().string();
      if (fs::is_directory(path)) {
        add_folder(path, files);
      } else if (ending == ".txt" || ending == ".lst") {
        std::istringstream lines(core::read_text_file(path));
        add_list(lines, path.parent_path(), path.string(), files);
      } else {
        files.push_back(path);
      }
    }
  }
  if (files.empty()) throw core::InputError("--speech: no audio files found");
  return files;
}

std::vector<fs::path> part_of_speech(std::vector<fs::path> files, const std::string& part) {
  if (part == "all") return files;
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  core::RandomStream random(0, core::Purpose::kShuffleSpeech, 0, 1);  // speech_of_session: b = 0
  for (std::size_t i = files.size(); i > 1; --i) std::swap(files[i - 1], files[random.index(i)]);
  const auto share = [&](std::size_t of_timit) {
    return (files.size() * of_timit + kTimitFiles / 2) / kTimitFiles;
  };
  const std::size_t train = share(kTrainFiles);
  const std::size_t valid = std::min(files.size(), train + share(kHeldOutFiles));
  const std::size_t test = std::min(files.size(), valid + share(kHeldOutFiles));
  const auto range = [&](std::size_t first, std::size_t end) {
    return std::vector<fs::path>(files.begin() + static_cast<std::ptrdiff_t>(first),
                                 files.begin() + static_cast<std::ptrdiff_t>(end));
  };
  if (part != "train" && part != "valid" && part != "test") {
    throw core::UsageError(
        fmt::format("--split: expected all, train, valid or test, found \"{}\"", part));
  }
  std::vector<fs::path> chosen = part == "train"   ? range(0, train)
                                 : part == "valid" ? range(train, valid)
                                                   : range(valid, test);
  if (chosen.empty()) {
    throw core::InputError(
        fmt::format("--split: {} speech files are too few for a {} part; expected at least 10",
                    files.size(), part));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::size_t speech_of_session(std::uint64_t seed, std::uint64_t session, std::size_t files) {
  std::vector<std::size_t> order(files);
  std::iota(order.begin(), order.end(), std::size_t{0});
  core::RandomStream random(seed, core::Purpose::kShuffleSpeech,
                            static_cast<std::uint32_t>(session / files));
  const std::size_t place = session % files;
  // Fisher-Yates from the front stops as soon as the session's place is drawn.
  for (std::size_t i = 0; i <= place; ++i) std::swap(order[i], order[i + random.index(files - i)]);
  return order[place];
}

std::vector<float> read_speech(const fs::path& path, double sample_rate_hz) {
  if (const auto utterance = synthetic_utterance(path)) {
    return synthesize(*utterance, sample_rate_hz);
  }
  const io::Audio audio = io::read_audio(path);
  if (audio.channels != 1) {
    throw core::InputError(fmt::format(
        "{}: expected dry speech in one channel, found {} channels; mix or split it first",
        path.string(), audio.channels));
  }
  const double duration_s = static_cast<double>(audio.frames()) / audio.sample_rate_hz;
  if (duration_s < kShortestSpeechS) {
    throw core::InputError(fmt::format("{}: expected at least {} s of speech, found {:.3f} s",
                                       path.string(), kShortestSpeechS, duration_s));
  }
  if (std::all_of(audio.samples.begin(), audio.samples.end(), [](float x) { return x == 0.0F; })) {
    throw core::InputError(path.string() + ": expected speech, found silence");
  }
  return dsp::resample(audio.samples, 1, audio.sample_rate_hz, sample_rate_hz);
}

}  // namespace simulate
