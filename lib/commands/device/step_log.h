/// Which steps of a long run were done before, so that they are not repeated.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace commands::device {

/// A step makes files from other files with certain options. It is done if all of its files exist
/// and were made with the same options, by the same version, from the same content.
class StepLog {
 public:
  /// @param file  JSON file that keeps the steps; a missing or damaged file means that none is done
  explicit StepLog(std::filesystem::path file);

  /// What decides the content of a step's files.
  /// @param options  of the step
  /// @param inputs   files of the toolchain count by their digests, others by size and time
  static std::string key(const nlohmann::json& options,
                         const std::vector<std::filesystem::path>& inputs);

  bool done(const std::vector<std::filesystem::path>& outputs, const std::string& key) const;
  /// Notes that a step is done. @throws core::IoError
  void add(const std::vector<std::filesystem::path>& outputs, const std::string& key);

 private:
  /// The output as seen from the log's folder.
  std::string name_of(const std::filesystem::path& output) const;

  std::filesystem::path file_;
  std::map<std::string, std::string> keys_;  ///< by name_of()
};

}  // namespace commands::device
