/// The frame round a tool's work: messages set up, one catch, one exit code.
#pragma once

#include <functional>
#include <string>

#include "commands/common.h"

namespace commands {

/// Exit code for options that cannot be parsed.
inline constexpr int kUsageExitCode = 2;

/// Runs a tool's body. Errors become one line on stderr and the exit code of core::ExitCode.
int run_tool(const std::string& program, const CommonOptions& common,
             const std::function<void()>& body);

}  // namespace commands
