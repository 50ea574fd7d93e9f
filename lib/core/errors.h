/// Errors that a user can cause, and the exit code that each error ends the program with.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace core {

/// Exit codes of every tool. Scripts rely on their values.
enum class ExitCode : int {
  kOk = 0,
  kInternal = 1,  ///< a fault of the program
  kUsage = 2,     ///< the options are wrong
  kInput = 3,     ///< a file or its data is wrong
  kIo = 4,        ///< a file cannot be written or read: full disk, missing permission
  kDiverged = 5,  ///< training diverged or never left the initial plateau
  kStopped = 75,  ///< training stopped and saved a checkpoint: run the same command again
};

/// Base of the errors that a user can act on. The message names the file and the dataset, says what
/// was expected and what was found, and tells the user what to do.
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
/// The disk is full, a folder cannot be written, or reading failed (exit 4).
struct IoError : Error {
  explicit IoError(const std::string& message) : Error(ExitCode::kIo, message) {}
};
/// Training diverged or never left the initial plateau (exit 5).
struct DivergedError : Error {
  explicit DivergedError(const std::string& message) : Error(ExitCode::kDiverged, message) {}
};

/// Throws an error of the type that belongs to the exit code, such as InputError for kInput.
/// A code without a type of its own throws Error; kInternal throws std::runtime_error.
[[noreturn]] void throw_error(ExitCode code, const std::string& message);

/// Checks an option.
/// @param message  names the option and says what was expected and what was found
/// @throws UsageError  unless `good`
void require(bool good, const std::string& message);

/// Runs the body of a tool's main function. An exception becomes one message on stderr (see
/// log_message) and an exit code.
/// @param program  name in front of the message, because scripts mix the messages of many programs
/// @return         value of an ExitCode
int run_guarded(const std::string& program, const std::function<void()>& body);

}  // namespace core
