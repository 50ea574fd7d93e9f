/// Reading files of others with libraries that may crash on damaged ones.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace core {

/// Runs work in a child process and hands back the numbers it found: HDF5 1.10 dies of some damaged
/// files in its older formats, and must not take the program with it. Call it before other threads
/// start.
/// @param file  named in the message if the child dies or takes more than 60 s of processor time
/// @throws Error as thrown by work, InputError if the child dies, IoError if there can be no child
std::vector<double> run_isolated(const std::string& file,
                                 const std::function<std::vector<double>()>& work);

}  // namespace core
