#include "commands/output_plan.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <map>
#include <system_error>
#include <utility>

#include "core/atomic_file.h"
#include "core/errors.h"
#include "core/files.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

/// The path without "..", links and repeated slashes; also for files that do not exist.
fs::path real_path(const fs::path& path) {
  std::error_code error;
  const fs::path place = core::follow_links(path);
  const fs::path found = fs::weakly_canonical(fs::absolute(place, error), error);
  return error ? path : found;
}

/// The file's own name in its canonical folder: the name that a rename over `path` replaces.
fs::path entry_of(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  return real_path(folder) / path.filename();
}

}  // namespace

/// Files by everything that tells whether two paths mean the same file.
class OutputPlan::Register {
 public:
  /// The registered file that `path` means, or null.
  const File* find(const fs::path& path) const {
    for (const fs::path& name : {real_path(path), entry_of(path)}) {
      const auto at = by_name_.find(name);
      if (at != by_name_.end()) return at->second;
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return nullptr;
    const auto at = by_inode_.find({status.st_dev, status.st_ino});
    return at == by_inode_.end() ? nullptr : at->second;
  }

  void add(const File& file) {
    by_name_.emplace(real_path(file.path), &file);
    by_name_.emplace(entry_of(file.path), &file);
    struct stat status {};
    if (::stat(file.path.c_str(), &status) == 0) {
      by_inode_.emplace(std::pair{status.st_dev, status.st_ino}, &file);
    }
  }

  /// A registered file in the folder whose name the folder's outputs may have, or null.
  const File* find_in(const Folder& folder) const {
    const fs::path place = real_path(folder.path);
    for (const auto& [name, file] : by_name_) {
      if (name.parent_path() == place && folder.writes(name.filename().string())) return file;
    }
    return nullptr;
  }

 private:
  std::map<fs::path, const File*> by_name_;
  std::map<std::pair<dev_t, ino_t>, const File*> by_inode_;
};

OutputPlan::OutputPlan(const CommonOptions& common) : log_file_(common.log_file) {
  input("--config", common.config);
  text_output("--log-file", common.log_file);
  core::require(common.log_file != core::kStandardOutput,
                "--log-file -: standard output is for results; name a file");
}

OutputPlan& OutputPlan::input(const std::string& option, const fs::path& path) {
  std::error_code error;
  if (!path.empty() && fs::exists(path, error)) inputs_.push_back({option, path});
  return *this;
}

OutputPlan& OutputPlan::inputs(const std::string& option, const std::vector<fs::path>& paths) {
  for (const fs::path& path : paths) input(option, path);
  return *this;
}

OutputPlan& OutputPlan::output(const std::string& option, const fs::path& path) {
  if (path == core::kStandardOutput) {
    throw core::UsageError(fmt::format(
        "{} -: standard output is not possible here; name a file (./- is the file \"-\")", option));
  }
  if (core::is_stream(path)) {
    throw core::UsageError(
        fmt::format("{} {}: is a device or a FIFO, expected a file", option, path.string()));
  }
  if (!path.empty()) outputs_.push_back({option, path, false});
  return *this;
}

OutputPlan& OutputPlan::text_output(const std::string& option, const fs::path& path) {
  if (!core::is_stream(path)) return output(option, path);
  outputs_.push_back({option, path, true});
  return *this;
}

OutputPlan& OutputPlan::required_output(const std::string& option,
                                        const std::filesystem::path& path) {
  core::require(!path.empty(), option + ": name the file to write");
  return output(option, path);
}

OutputPlan& OutputPlan::folder(const std::string& option, const fs::path& path, WritesName writes) {
  core::require(path != core::kStandardOutput,
                fmt::format("{} -: expected a folder; standard output takes no folder (./- is the "
                            "folder \"-\")",
                            option));
  if (!path.empty()) folders_.push_back({option, path, std::move(writes)});
  return *this;
}

void OutputPlan::check_files(const Register& inputs, Register& outputs) const {
  std::string to_stdout;
  for (const File& file : outputs_) {
    if (file.path == core::kStandardOutput) {
      if (!to_stdout.empty()) {
        throw core::UsageError(fmt::format("standard output takes one of {} and {}; name a file",
                                           to_stdout, file.option));
      }
      to_stdout = file.option;
    }
    if (file.stream) continue;
    if (const File* other = inputs.find(file.path)) {
      throw core::UsageError(fmt::format("{} {} is also an input ({}); choose another name",
                                         file.option, file.path.string(), other->option));
    }
    if (const File* other = outputs.find(file.path)) {
      throw core::UsageError(fmt::format("{} {} is also an output ({}); choose another name",
                                         file.option, file.path.string(), other->option));
    }
    outputs.add(file);
  }
}

void OutputPlan::check_folders(const Register& inputs, const Register& outputs) const {
  for (const Folder& folder : folders_) {
    for (const Register* files : {&inputs, &outputs}) {
      const char* kind = files == &inputs ? "input" : "output";
      if (const File* other = files->find(folder.path)) {
        throw core::UsageError(fmt::format("{} {} is also an {} ({}); choose another name",
                                           folder.option, folder.path.string(), kind,
                                           other->option));
      }
      if (const File* other = files->find_in(folder)) {
        throw core::UsageError(fmt::format(
            "{} {} would overwrite the {} {} ({}); choose another "
            "folder",
            folder.option, folder.path.string(), kind, other->path.string(), other->option));
      }
    }
  }
}

void OutputPlan::check() const {
  Register inputs;
  for (const File& file : inputs_) inputs.add(file);
  Register outputs;
  check_files(inputs, outputs);
  check_folders(inputs, outputs);
  for (const File& file : outputs_) {
    if (file.stream || file.path == log_file_) continue;
    // The file is made and removed again: a folder that cannot be written is found now, not after
    // an hour of work.
    const core::AtomicFile probe(file.path);
    const fs::path place = core::follow_links(file.path);
    core::remove_leftovers(place.parent_path(), [&](const std::string& name) {
      return name == place.filename().string();
    });
  }
  for (const Folder& folder : folders_) core::remove_leftovers(folder.path, folder.writes);
  core::open_log_file();
}

}  // namespace commands
