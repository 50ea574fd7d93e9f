/// Which steps of a long run were done before, so that they are not repeated.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace commands {

/// Steps are files that were made from other files with certain options. A step is done if its file
/// exists and was made with the same options, by the same version, from the same content.
class StepLog {
 public:
  /// @param file  JSON file that keeps the steps; a missing or damaged file means that none is done
  explicit StepLog(std::filesystem::path file);

  /// What decides the content of a step's file.
  /// @param options  of the step
  /// @param inputs   files of the toolchain count by their digests, others by size and time
  static std::string key(const nlohmann::json& options,
                         const std::vector<std::filesystem::path>& inputs);

  bool done(const std::filesystem::path& output, const std::string& key) const;
  /// Notes that a step is done. @throws core::IoError
  void add(const std::filesystem::path& output, const std::string& key);

 private:
  std::filesystem::path file_;
  std::map<std::string, std::string> keys_;  ///< by the output's name without folder
};

}  // namespace commands
