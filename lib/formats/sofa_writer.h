/// SOFA files (AES69): impulse responses with where they were measured, as netCDF-4.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace formats {

/// One variable: its values, row-major over its dimensions.
struct SofaVariable {
  std::string name;        ///< such as "Data.IR"
  std::string dimensions;  ///< letters of SofaFile::dimensions, such as "MRN"
  std::vector<double> values;
  std::map<std::string, std::string> attributes;  ///< such as Type and Units
};

/// Content of a SOFA file. What every convention wants alike (Conventions, Version, API, dates,
/// DataType FIR) the writer adds; the dates are 1970's first day, since equal content makes equal
/// bytes.
struct SofaFile {
  std::map<std::string, std::string> attributes;  ///< SOFAConventions, RoomType, Title, ...
  std::map<char, std::size_t> dimensions;         ///< sizes of I, C, M, R, E, N
  std::vector<SofaVariable> variables;
};

/// The attributes of a position in meters, x y z.
std::map<std::string, std::string> cartesian_attributes();

/// Writes the file whole, read back, or not at all; no time, host or path is in it.
/// @throws core::IoError      if the disk or HDF5 fails
/// @throws std::logic_error   if a variable's values do not fit its dimensions
void write_sofa(const std::filesystem::path& out, const SofaFile& file);

}  // namespace formats
