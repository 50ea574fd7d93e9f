/// Which of orientations and inertial samples a log holds.
#pragma once

#include <filesystem>

namespace ingest {

struct LogKind {
  bool orientations = false;
  bool inertial = false;
};

/// Reads the log's columns. @throws core::InputError  if it holds neither
LogKind log_kind(const std::filesystem::path& path);

}  // namespace ingest
