/// The inputs and outputs of one run of a tool, checked before any work.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "commands/common.h"

namespace commands {

/// Inputs and outputs of a run, each with the option that names it. check() refuses an output that
/// would overwrite an input or another output. Every tool registers all of its inputs and outputs,
/// and calls check() before it works.
class OutputPlan {
 public:
  /// True for the names of the files that a tool writes into a folder.
  using WritesName = std::function<bool(const std::string& name)>;

  /// Registers the files of the options that every tool has: --config and --log-file.
  explicit OutputPlan(const CommonOptions& common);

  /// Registers an input. A path that is empty or that no file has is ignored.
  OutputPlan& input(const std::string& option, const std::filesystem::path& path);
  OutputPlan& inputs(const std::string& option, const std::vector<std::filesystem::path>& paths);
  /// Registers an output that must be a regular file. An empty path is ignored.
  OutputPlan& output(const std::string& option, const std::filesystem::path& path);
  /// Registers an output of text, which may also be a stream: "-" for standard output, a FIFO or a
  /// device. Write it with core::write_text_output(). An empty path is ignored.
  OutputPlan& text_output(const std::string& option, const std::filesystem::path& path);
  /// Registers an output that must be named. @throws core::UsageError  if the path is empty
  OutputPlan& required_output(const std::string& option, const std::filesystem::path& path);
  /// Registers a folder that outputs are written into. An empty path is ignored.
  /// @param writes  tells which names in the folder are outputs; other files may be inputs
  OutputPlan& folder(const std::string& option, const std::filesystem::path& path,
                     WritesName writes);

  /// Checks all outputs, removes temporary files that killed programs left beside them, and opens
  /// the log file.
  /// @throws core::UsageError  if an output is the same file as an input or as another output:
  ///                           through another path, a symbolic link or a hard link, too; if two
  ///                           outputs go to standard output; if a device, a FIFO or standard output
  ///                           is named where a file is needed
  /// @throws core::IoError     if an output file cannot be written
  void check() const;

 private:
  struct File {
    std::string option;
    std::filesystem::path path;
    bool stream = false;  ///< written as a stream: nothing is replaced
  };
  struct Folder {
    std::string option;
    std::filesystem::path path;
    WritesName writes;
  };
  class Register;

  void check_files(const Register& inputs, Register& outputs) const;
  void check_folders(const Register& inputs, const Register& outputs) const;

  std::filesystem::path log_file_;
  std::vector<File> inputs_;
  std::vector<File> outputs_;
  std::vector<Folder> folders_;
};

}  // namespace commands
