/// The files that a tool reads: each exists, is of the right kind and is named once. Messages say
/// which tool makes a file that is missing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace commands {

/// Kinds of files that an option takes, by their attribute `format`: "sessions", "features", "model"
/// or "estimates". The first kind is the one that messages explain.
using FileKinds = std::vector<std::string>;

/// The files that names and quoted globs stand for, in the order given.
/// @param option  name of the option, for messages
/// @throws core::UsageError  if a file is named twice, or standard input is named
/// @throws core::InputError  if a file does not exist, or is one of our files of another kind
std::vector<std::filesystem::path> input_files(const std::string& option,
                                               const std::vector<std::string>& patterns,
                                               const FileKinds& kinds);

/// The two halves of input_files(): the files, and the check of their kinds. A tool that can say
/// first that an output would replace an input calls them one by one.
std::vector<std::filesystem::path> named_files(const std::string& option,
                                               const std::vector<std::string>& patterns,
                                               const FileKinds& kinds);
void require_kinds(const std::vector<std::filesystem::path>& paths, const FileKinds& kinds);

/// Checks one input that an option names; an empty path is ignored. @throws as input_files
void require_input(const std::string& option, const std::filesystem::path& path,
                   const FileKinds& kinds);

}  // namespace commands
