/// The frame around a tool's work: messages, one place that catches errors, one exit code.
#pragma once

#include <functional>
#include <string>

#include "commands/common.h"

namespace commands {

/// Adds something to the message of an error, such as "; did you mean taps?", or an empty text.
using Hint = std::function<std::string(const std::string& message)>;

/// To be called first: see core::prepare_streams() and core::end_on_uncaught_exceptions().
void prepare_tool();

/// Runs a tool's work. An error becomes one message on stderr and the exit code of core::ExitCode.
/// @param hint  asked for errors of options and inputs
int run_tool(const std::string& program, const CommonOptions& common,
             const std::function<void()>& body, const Hint& hint);

/// Reports options that cannot be parsed, as a line of JSON if asked. @return the exit code
int report_usage_error(const std::string& program, bool json_lines, const std::string& message);

/// Writes the text of --help or --version to standard output. @return the program's exit code
int print_help(const std::string& program, const std::string& text);

}  // namespace commands
