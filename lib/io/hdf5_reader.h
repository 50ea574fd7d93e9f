/// Reading HDF5 files we do not trust: every size is checked before anything is allocated.
#pragma once

#include <xxhash.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "io/hdf5_handle.h"

namespace io {

/// An open HDF5 file that keeps our input policy: hard links only, no external or virtual storage,
/// no filters but Fletcher32, shuffle and deflate, no dataset larger than its stored bytes can
/// hold. Every method throws core::InputError naming file and dataset, what was expected and what
/// was found.
class Hdf5Reader {
 public:
  /// @throws core::InputError  missing, truncated, not HDF5, or against the policy
  explicit Hdf5Reader(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  bool has(const std::string& object) const;
  /// Dimensions of a dataset, at most four.
  std::vector<std::size_t> shape(const std::string& dataset) const;
  /// Rows of a dataset (its first dimension).
  std::size_t rows(const std::string& dataset) const { return shape(dataset).front(); }

  /// True if the dataset's elements can be read as T.
  template <typename T>
  bool holds(const std::string& dataset) const {
    return holds_kind(dataset, element_type<T>());
  }
  /// The whole dataset, row-major.
  template <typename T>
  std::vector<T> read(const std::string& dataset) const {
    std::size_t count = 1;
    for (const std::size_t n : shape(dataset)) count *= n;
    std::vector<T> values(count);
    read_bytes(dataset, element_type<T>(), 0, rows(dataset),
               std::as_writable_bytes(std::span<T>(values)));
    return values;
  }
  /// Rows [first, first + count) into `values`, whose size must be count times the row's elements.
  template <typename T>
  void read_rows(const std::string& dataset, std::size_t first, std::size_t count,
                 std::span<T> values) const {
    read_bytes(dataset, element_type<T>(), first, count, std::as_writable_bytes(values));
  }
  /// A one-dimensional dataset of fixed-length strings.
  std::vector<std::string> read_strings(const std::string& dataset) const;

  bool has_attribute(const std::string& object, const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;
  double number_attribute(const std::string& object, const std::string& name) const;

  /// Hash of a dataset's values, read in blocks.
  XXH128_hash_t content_hash(const std::string& dataset, ElementType type) const;
  /// Every dataset's absolute path, sorted.
  std::vector<std::string> datasets() const;
  /// Reads every dataset once, so that each chunk's checksum is compared.
  void read_everything() const;

  [[noreturn]] void fail(const std::string& object, const std::string& message) const;

 private:
  void read_bytes(const std::string& dataset, ElementType type, std::size_t first,
                  std::size_t count, std::span<std::byte> out) const;
  bool holds_kind(const std::string& dataset, ElementType type) const;
  void read_raw(const std::string& dataset, hid_t memory_type, std::size_t first, std::size_t count,
                void* out) const;
  void check_policy() const;
  void check_dataset(const std::string& name, hid_t dataset) const;
  Handle open_dataset(const std::string& dataset) const;
  Handle open_attribute(const std::string& object, const std::string& name) const;

  std::filesystem::path path_;
  std::size_t file_bytes_ = 0;
  Handle hdf5_;
};

}  // namespace io
