/// Completion scripts of shells, made from a tool's own options.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

/// @param shell  bash, zsh or fish
/// @return       a script that completes the options of `app` and their values
/// @throws commands::UsageError  for another shell
std::string completion_script(const CLI::App& app, const std::string& shell);
