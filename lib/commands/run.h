/// The frame around a tool's work: messages, one place that catches errors, one exit code.
#pragma once

#include <functional>
#include <string>

#include "commands/common.h"

namespace commands {

/// Exit code for options that cannot be parsed.
inline constexpr int kUsageExitCode = 2;

/// To be called first: see core::prepare_streams() and core::end_on_uncaught_exceptions().
void prepare_tool();

/// Writes messages about options that cannot be parsed. @return the program's exit code
int refuse_options(const std::string& text);

/// Runs a tool's work. An error becomes one line on stderr and the exit code of core::ExitCode.
int run_tool(const std::string& program, const CommonOptions& common,
             const std::function<void()>& body);

/// Writes the text of --help or --version to standard output. @return the program's exit code
int print_help(const std::string& program, const std::string& text);

}  // namespace commands
