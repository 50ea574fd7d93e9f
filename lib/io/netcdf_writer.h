/// Small netCDF-4 files, which are HDF5 with named dimensions: what SOFA (AES69) is stored in.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/files.h"
#include "io/hdf5_handle.h"

namespace io {

/// Text attributes, in order.
using TextAttributes = std::vector<std::pair<std::string, std::string>>;

/// Builds `OUT.tmp.PID`; commit() closes it, reads every variable back and renames it to OUT.
/// Unlike Hdf5Writer's files these carry no signature of ours, so that any netCDF program reads
/// them. Every method throws core::IoError when the disk or HDF5 fails; OUT is then untouched.
class NetcdfWriter {
 public:
  explicit NetcdfWriter(const std::filesystem::path& out);

  /// A global attribute.
  void attribute(const std::string& name, const std::string& value);
  /// A dimension without values of its own.
  void dimension(const std::string& name, std::size_t size);
  /// A variable over dimensions that exist. @param values  row-major, as many as they ask for
  void variable(const std::string& name, const std::vector<std::string>& dimensions,
                std::span<const double> values, const TextAttributes& attributes = {});
  void commit();

 private:
  void check(bool good, const std::string& doing) const;

  core::AtomicFile file_;
  Handle hdf5_;
  std::map<std::string, std::pair<Handle, std::size_t>> dimensions_;
  std::map<std::string, std::vector<double>> written_;
};

}  // namespace io
