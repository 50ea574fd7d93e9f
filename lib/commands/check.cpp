#include "commands/check.h"

#include <fmt/format.h>

#include <optional>

#include "commands/output_plan.h"
#include "core/console.h"
#include "core/errors.h"
#include "core/files.h"
#include "formats/checkpoint_file.h"
#include "formats/estimates_file.h"
#include "formats/features_file.h"
#include "formats/model_file.h"
#include "formats/sessions_file.h"
#include "formats/sofa_reader.h"
#include "io/container.h"

namespace commands {
namespace {

/// Reads everything that a tool would read and summarizes it.
/// @throws core::InputError at the first fault
std::string read_all(const std::filesystem::path& path, const std::string& format) {
  if (format == formats::kSessionsFormat) {
    const formats::SessionsReader reader(path);
    for (std::size_t i = 0; i < reader.size(); ++i) reader.check(i);
    return fmt::format("{} sessions, {} microphones", reader.size(), reader.microphones());
  }
  if (format == formats::kFeaturesFormat) {
    const formats::FeaturesReader reader(path);
    for (std::size_t i = 0; i < reader.size(); ++i) reader.check(i);
    return fmt::format("{} sessions, {} bins, {} microphones", reader.size(), reader.bins(),
                       reader.microphones());
  }
  if (format == formats::kModelFormat) {
    const formats::LoadedModel loaded = formats::read_model(path);
    const std::string doubt = loaded.model.reflection.doubt();
    return fmt::format("{} weights, {} microphones{}{}", loaded.model.parameters.size(),
                       loaded.model.recipe.microphones, doubt.empty() ? "" : "; doubtful: ", doubt);
  }
  if (format == formats::kEstimatesFormat) {
    const formats::EstimatesReader reader(path);
    const std::size_t sessions = reader.sessions().size();
    for (std::size_t i = 0; reader.has_bins() && i < sessions; ++i) reader.read_bins(i);
    return fmt::format("{} windows of {} sessions{}", reader.rows().size(), sessions,
                       reader.has_bins() ? ", with their bins" : "");
  }
  if (format == formats::kCheckpointFormat) {
    const formats::Checkpoint checkpoint = formats::read_checkpoint(path);
    return fmt::format("after step {} of {}, {} weights", checkpoint.trainer.steps_done,
                       checkpoint.trainer.total_steps, checkpoint.trainer.parameters.size());
  }
  throw core::InputError(path.string() + ": not a file of this toolchain");
}

std::vector<std::filesystem::path> files_of(const CheckOptions& options) {
  std::vector<std::filesystem::path> files;
  for (const std::string& name : options.files) {
    try {
      for (const std::filesystem::path& path : core::expand_inputs({name})) files.push_back(path);
    } catch (const core::InputError&) {
      files.emplace_back(name);  // its verdict says that it does not exist
    }
  }
  return files;
}

/// @return  none if the file is no SOFA file
std::optional<Verdict> check_sofa(const std::filesystem::path& path) {
  const std::optional<formats::SofaSummary> sofa = formats::summarize_sofa(path);
  if (!sofa) return std::nullopt;
  Verdict verdict{true, "SOFA", "", ""};
  verdict.summary =
      sofa->ours ? "a SOFA file of ours, no signature" : "a SOFA file of another program";
  try {
    formats::read_sofa(path);
    verdict.detail = sofa->content + "; --array takes it";
  } catch (const core::InputError& error) {
    verdict.detail = fmt::format("{}; --array does not take it: {}", sofa->content, error.what());
  }
  return verdict;
}

}  // namespace

Verdict check_file(const std::filesystem::path& path) {
  Verdict verdict;
  verdict.summary = "not sound";
  try {
    if (path.extension() == ".sofa") {
      if (std::optional<Verdict> sofa = check_sofa(path)) return *sofa;
    }
    const io::Hdf5Reader file(path);
    verdict.format = io::container_format(file);
    io::check_digest(path);
    file.read_everything();
    verdict.detail = read_all(path, verdict.format);
    verdict.summary = "sound " + verdict.format;
    verdict.valid = true;
  } catch (const core::Error& error) {
    verdict.detail = error.what();
  }
  return verdict;
}

void check(const CheckOptions& options) {
  if (options.files.empty()) throw core::UsageError("name at least one file");
  const std::vector<std::filesystem::path> paths = files_of(options);
  OutputPlan(options.common).inputs("FILE", paths).check();
  std::size_t bad = 0;
  for (const std::filesystem::path& path : paths) {
    const Verdict verdict = check_file(path);
    bad += verdict.valid ? 0 : 1;
    const std::string line =
        fmt::format("{}: {}: {}", path.string(), verdict.summary, verdict.detail);
    core::write_stdout(core::printable(line) + "\n");
  }
  if (bad > 0) throw core::InputError(fmt::format("{} of the files are not sound", bad));
}

}  // namespace commands
