/// Reading foreign files with libraries that may crash on damaged files.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace core {

/// Runs `work` in a child process and returns the numbers that it found. HDF5 1.10 crashes on some
/// damaged files in its older formats; the child then crashes alone. Call this function before the
/// program starts other threads.
/// @param file  name for the message if the child dies or needs more than 60 s of processor time
/// @throws Error as thrown by `work`, of the same type
/// @throws InputError if the child dies, IoError if no child can be started
std::vector<double> run_isolated(const std::string& file,
                                 const std::function<std::vector<double>()>& work);

}  // namespace core
