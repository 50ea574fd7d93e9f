/// Reading and writing of whole files, and lists of input files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// Makes a folder and the folders above it if they do not exist. @throws IoError
void make_folder(const std::filesystem::path& folder);

/// The name that stands for standard output where an output is text.
inline constexpr const char* kStandardOutput = "-";

/// True for an output that is written as a stream, not replaced: standard output, a FIFO, or a
/// character device such as /dev/null.
bool is_stream(const std::filesystem::path& out);

/// Writes text to a file atomically. @throws IoError
void write_text_file(const std::filesystem::path& out, std::string_view text);

/// Writes text to a file atomically, or to a stream. @throws IoError
void write_text_output(const std::filesystem::path& out, std::string_view text);

/// Writes text to standard output and flushes it, so that a full disk is noticed. @throws IoError
void write_stdout(std::string_view text);

/// Reads a whole text file. @throws InputError if it is missing or no regular file, IoError if it
/// cannot be read
std::string read_text_file(const std::filesystem::path& path);

/// Lists the files that names and quoted globs (`'part-*.h5'`) stand for, in the order given. The
/// matches of a glob are sorted by name.
/// @throws InputError if a name or pattern matches nothing
std::vector<std::filesystem::path> expand_inputs(const std::vector<std::string>& patterns);

}  // namespace core
