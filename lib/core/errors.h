/// Errors that a user can cause, and the exit code each one ends the program with.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace core {

/// Exit codes of every tool. Scripts rely on them; see docs/use/formats.md.
enum class ExitCode : int {
  kOk = 0,
  kInternal = 1,  ///< a bug of ours
  kUsage = 2,     ///< the options are wrong
  kInput = 3,     ///< a file or its data is wrong
  kIo = 4,        ///< disk, permissions
  kDiverged = 5,  ///< training diverged or never left its start
  kStopped = 75,  ///< stopped and checkpointed: run me again
};

/// Base of the errors a user can act on. The message names file, dataset, expected, found, what to
/// do.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The options are wrong (exit 2).
struct UsageError : Error {
  explicit UsageError(const std::string& message) : Error(ExitCode::kUsage, message) {}
};
/// A file or the data in it is wrong (exit 3).
struct InputError : Error {
  explicit InputError(const std::string& message) : Error(ExitCode::kInput, message) {}
};
/// The disk is full, a folder is not writable, a read failed (exit 4).
struct IoError : Error {
  explicit IoError(const std::string& message) : Error(ExitCode::kIo, message) {}
};
/// Training diverged or stayed at its start (exit 5).
struct DivergedError : Error {
  explicit DivergedError(const std::string& message) : Error(ExitCode::kDiverged, message) {}
};

/// Checks an option.
/// @param message  names the option, what was expected and what was found
/// @throws UsageError  unless `good`
void require(bool good, const std::string& message);

/// Runs the body of a tool's main and turns what it throws into one line on stderr and an exit
/// code.
/// @param program  name put in front of the message, since scripts mix many programs
int run_guarded(const std::string& program, const std::function<void()>& body);

}  // namespace core
