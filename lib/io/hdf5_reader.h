/// Reading HDF5 files that are not trusted: every size is checked before memory is allocated.
#pragma once

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/index_range.h"
#include "io/hdf5_handle.h"

namespace io {

/// An open HDF5 file that keeps the input policy. It has hard links only, no external and no
/// virtual storage, no filters but Fletcher32, shuffle and deflate, and no dataset that is larger
/// than its stored bytes can be. Every method throws core::InputError; the message names the file
/// and the dataset and says what was expected and what was found.
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
  /// All values of a dataset, row-major.
  template <typename T>
  std::vector<T> read(const std::string& dataset) const {
    std::size_t count = 1;
    for (const std::size_t n : shape(dataset)) count *= n;
    std::vector<T> values(count);
    read_bytes(dataset, element_type<T>(), {0, rows(dataset)},
               std::as_writable_bytes(std::span<T>(values)));
    return values;
  }
  /// Reads some rows of a dataset.
  /// @param values  destination; its size must be the number of rows times the elements of a row
  template <typename T>
  void read_rows(const std::string& dataset, core::IndexRange rows, std::span<T> values) const {
    read_bytes(dataset, element_type<T>(), rows, std::as_writable_bytes(values));
  }
  /// All values of a one-dimensional dataset of fixed-length strings.
  std::vector<std::string> read_strings(const std::string& dataset) const;

  bool has_attribute(const std::string& object, const std::string& name) const;
  /// The text of an attribute that holds one string, of fixed or of variable length.
  std::string text_attribute(const std::string& object, const std::string& name) const;
  /// The value of an attribute that holds one integer or floating-point number.
  double number_attribute(const std::string& object, const std::string& name) const;
  /// The value of such an attribute if it is a whole number from 0 to 2^53.
  std::uint64_t count_attribute(const std::string& object, const std::string& name) const;

  /// Hash of a dataset's values, read in blocks.
  XXH128_hash_t content_hash(const std::string& dataset, ElementType type) const;
  /// Reads every dataset once, so that HDF5 compares the checksum of each chunk.
  void read_everything() const;

  /// @throws core::InputError  with the file, the object and the message
  [[noreturn]] void fail(const std::string& object, const std::string& message) const;

 private:
  static constexpr int kMaxRank = 4;  ///< largest number of dimensions that is read

  void read_bytes(const std::string& dataset, ElementType type, core::IndexRange rows,
                  std::span<std::byte> out) const;
  bool has_link(const std::string& object) const;
  bool holds_kind(const std::string& dataset, ElementType type) const;
  void read_raw(const std::string& dataset, hid_t memory_type, core::IndexRange rows,
                void* out) const;
  /// Absolute paths of all datasets, sorted.
  std::vector<std::string> datasets() const;
  void check_policy() const;
  void check_dataset(const std::string& name, hid_t dataset) const;
  Handle open_dataset(const std::string& dataset) const;
  /// Opens an attribute and checks that it holds exactly one element.
  Handle open_attribute(const std::string& object, const std::string& name) const;

  std::filesystem::path path_;
  std::size_t file_bytes_ = 0;
  Handle hdf5_;
};

}  // namespace io
