/// HDF5 files that appear whole, verified and byte-for-byte reproducible, or not at all.
#pragma once

#include <xxhash.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/provenance.h"
#include "io/hdf5_handle.h"

namespace io {

/// Bytes in front of the HDF5 data that hold our signature: format, version and the digest of the
/// rest.
inline constexpr std::size_t kUserBlockBytes = 512;

/// Builds `OUT.tmp.PID`; commit() closes it, reads every value back, adds the digest, and renames
/// it to OUT. A full disk loses HDF5 data without an error from flush or close: only reading back
/// finds it. Every method throws core::IoError when the disk or HDF5 fails; OUT is then untouched.
class Hdf5Writer {
 public:
  /// @param format      "sessions", "features", "model" or "estimates"
  /// @param provenance  stored in the root attributes
  Hdf5Writer(const std::filesystem::path& out, const std::string& format, unsigned format_version,
             const core::Provenance& provenance);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Appends to a one-dimensional dataset, created on first use (also by an empty span).
  /// @param dataset  absolute path such as "/session/t60"; groups are made as needed
  template <typename T>
  void append(const std::string& dataset, std::span<const T> values) {
    append_bytes(dataset, element_type<T>(), 0, std::as_bytes(values));
  }
  template <typename T>
  void append_value(const std::string& dataset, const T& value) {
    append(dataset, std::span<const T>(&value, 1));
  }
  /// Appends rows to a two-dimensional dataset [rows, columns]; values is row-major.
  template <typename T>
  void append_rows(const std::string& dataset, std::span<const T> values, std::size_t columns) {
    append_bytes(dataset, element_type<T>(), columns, std::as_bytes(values));
  }
  /// Appends a string to a column of fixed-length strings (UTF-8, null-padded).
  void append_string(const std::string& dataset, const std::string& value);
  /// Makes the column exist even if no string is ever appended.
  void declare_strings(const std::string& dataset) { strings_[dataset]; }

  /// Attributes of a dataset or of the root group "/"; written by commit().
  void attribute(const std::string& object, const std::string& name, const std::string& value);
  void attribute(const std::string& object, const std::string& name, double value);

  /// Closes, verifies, signs and renames. Nothing may be appended afterwards.
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
  void verify() const;
  void sign() const;
  void check(bool good, const std::string& doing) const;

  core::AtomicFile file_;
  std::string format_;
  unsigned format_version_;
  Handle hdf5_;
  std::map<std::string, std::unique_ptr<Column>> columns_;
  std::map<std::string, std::vector<std::string>> strings_;
  std::vector<Attribute> attributes_;
};

/// Digest of a signed file's bytes after the user block: what sign() writes and csl-check compares.
std::string file_digest(const std::filesystem::path& path);

}  // namespace io
