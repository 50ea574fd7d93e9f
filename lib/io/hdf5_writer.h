/// Writing HDF5 files atomically. Files are verified, and equal content gives equal bytes.
#pragma once

#include <xxhash.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/atomic_file.h"
#include "core/provenance.h"
#include "io/hdf5_handle.h"

namespace io {

class Hdf5Reader;

/// Size of the block in front of the HDF5 data. It holds the format, the version and the digest of
/// all bytes behind it.
inline constexpr std::size_t kUserBlockBytes = 512;

/// Writes one file. The data goes to a temporary file. commit() closes this file, reads all values
/// back, adds the digest and renames the file to OUT. Reading back is necessary: on a full disk
/// HDF5 loses data, and neither flush nor close reports an error. Every method throws core::IoError
/// when the disk or HDF5 fails; OUT is then unchanged.
class Hdf5Writer {
 public:
  /// @param format      "sessions", "features", "model" or "estimates"
  /// @param provenance  how the file is made; stored in the root attributes
  Hdf5Writer(const std::filesystem::path& out, const std::string& format, unsigned format_version,
             const core::Provenance& provenance);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Appends values to a one-dimensional dataset. The first call makes the dataset, even if the
  /// span is empty.
  /// @param dataset  absolute path such as "/session/t60"; missing groups are made
  template <typename T>
  void append(const std::string& dataset, std::span<const T> values) {
    append_bytes(dataset, element_type<T>(), 0, std::as_bytes(values));
  }
  /// Appends one value.
  template <typename T>
  void append_value(const std::string& dataset, const T& value) {
    append(dataset, std::span<const T>(&value, 1));
  }
  /// Appends rows to a two-dimensional dataset.
  /// @param values  [rows, columns], row-major
  template <typename T>
  void append_rows(const std::string& dataset, std::span<const T> values, std::size_t columns) {
    append_bytes(dataset, element_type<T>(), columns, std::as_bytes(values));
  }
  /// Appends a string to a column of fixed-length strings (UTF-8, null-padded).
  void append_string(const std::string& dataset, const std::string& value);
  /// Makes a column of strings, which may stay empty.
  void declare_strings(const std::string& dataset) { strings_[dataset]; }

  /// Sets an attribute of a dataset or of the root group "/". commit() writes it.
  void attribute(const std::string& object, const std::string& name, const std::string& value);
  void attribute(const std::string& object, const std::string& name, double value);

  /// Closes the file, verifies it, adds the digest and renames it. The writer is then finished.
  void commit();

 private:
  struct Column;
  struct Attribute;

  void append_bytes(const std::string& dataset, ElementType type, std::size_t columns,
                    std::span<const std::byte> bytes);
  void create(Column& column, std::size_t chunk_rows);
  void flush(Column& column, std::size_t rows);
  void finish_columns();
  void write_attributes();
  static bool holds(const Hdf5Reader& reader, const Attribute& attribute);
  void verify() const;
  void write_digest() const;
  void check(bool good, const std::string& doing) const;

  core::AtomicFile file_;
  std::string format_;
  unsigned format_version_;
  Handle hdf5_;
  std::map<std::string, std::unique_ptr<Column>> columns_;
  std::map<std::string, std::vector<std::string>> strings_;
  std::vector<Attribute> attributes_;
};

}  // namespace io
