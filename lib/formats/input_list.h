/// Several files of one format as one list of sessions.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace formats {

/// @tparam Reader  class that opens a path and has size() and read(index)
template <typename Reader>
struct InputList {
  std::vector<std::unique_ptr<Reader>> files;
  std::vector<std::pair<std::size_t, std::size_t>> sessions;  ///< file and session in this file

  /// Opens a file and appends its sessions. @throws the errors of Reader's constructor
  const Reader& add(const std::filesystem::path& path) {
    files.push_back(std::make_unique<Reader>(path));
    for (std::size_t i = 0; i < files.back()->size(); ++i)
      sessions.emplace_back(files.size() - 1, i);
    return *files.back();
  }

  std::size_t size() const { return sessions.size(); }
  /// Whether session i is the first of its file.
  bool starts_file(std::size_t i) const { return sessions[i].second == 0; }
  /// Reads one session. Any thread may call this method; HDF5 serves one thread at a time.
  auto read(std::size_t i) const {
    const std::scoped_lock lock(*reading_);
    return files[sessions[i].first]->read(sessions[i].second);
  }
  /// Calls reading(file, session in this file) for session i, as read().
  template <typename Reading>
  auto read_with(std::size_t i, Reading reading) const {
    const std::scoped_lock lock(*reading_);
    return reading(*files[sessions[i].first], sessions[i].second);
  }

 private:
  std::unique_ptr<std::mutex> reading_ = std::make_unique<std::mutex>();
};

}  // namespace formats
