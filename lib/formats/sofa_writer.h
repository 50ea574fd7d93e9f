/// Writing SOFA files (AES69): impulse responses and the places of the measurement, as netCDF-4.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace formats {

/// One variable of a SOFA file.
struct SofaVariable {
  std::string name;            ///< such as "Data.IR"
  std::string dimensions;      ///< letters of SofaFile::dimensions, such as "MRN"
  std::vector<double> values;  ///< row-major over the dimensions
  std::map<std::string, std::string> attributes;  ///< such as Type and Units
};

/// Content of a SOFA file. The writer adds the attributes that all conventions demand (Conventions,
/// Version, API, dates, DataType FIR). The dates are the first day of 1970, because equal content
/// must give equal bytes.
struct SofaFile {
  std::map<std::string, std::string> attributes;  ///< SOFAConventions, RoomType, Title, ...
  std::map<char, std::size_t> dimensions;         ///< sizes of I, C, M, R, E, N
  std::vector<SofaVariable> variables;
};

/// Attributes of a position in meters, x y z.
std::map<std::string, std::string> cartesian_attributes();

/// Longest text of an attribute of the whole file, in characters: libmysofa reads about 3 KiB of
/// attributes of a file.
inline constexpr std::size_t kMaxSofaText = 300;

/// Writes the file atomically and reads it back. The file holds no time, host or path. netCDF and
/// libmysofa can read it.
/// @throws core::IoError      if the disk or HDF5 fails
/// @throws std::logic_error   if a variable's values do not fit its dimensions
void write_sofa(const std::filesystem::path& out, const SofaFile& file);

}  // namespace formats
