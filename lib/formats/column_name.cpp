#include "formats/column_name.h"

#include <algorithm>
#include <utility>

#include "formats/column_words.h"

namespace formats {
namespace {

/// Whether a character names a component, in either case.
bool is_component(char c) { return std::string_view("xyzwXYZW").find(c) != std::string_view::npos; }

/// Removes the texts in brackets and takes the unit among them. Digits and components stay.
std::string take_brackets(std::string_view name, ColumnName& column, std::optional<Unit>& unit) {
  std::string rest;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const std::size_t close = name[i] == '(' || name[i] == '['
                                  ? name.find(name[i] == '(' ? ')' : ']', i)
                                  : std::string_view::npos;
    if (close == std::string_view::npos) {
      rest += name[i];
      continue;
    }
    const std::string_view inside = name.substr(i + 1, close - i - 1);
    if (is_digits(inside) || (inside.size() == 1 && is_component(inside[0]))) {
      rest += ' ' + std::string(inside) + ' ';
    } else if (const std::optional<Unit> found = find_unit(inside)) {
      unit = found;
    } else {
      const Words words = words_of(inside);
      column.text = column.text || has(words, {"txt", "text", "string"});
      // Numbers of a converter are no physical unit.
      if (has(words, {"lsb", "counts", "raw", "adc", "bits"})) rest += " lsb";
    }
    i = close;
  }
  return rest;
}

/// A unit that consecutive words state ("rad", "s"). @param used  [out] index of its first word
std::optional<Unit> unit_of_words(const Words& words, std::size_t first, std::size_t count) {
  if (first + count > words.size()) return std::nullopt;
  std::string joined;
  std::string divided;
  for (std::size_t i = 0; i < count; ++i) {
    joined += words[first + i];
    divided += words[first + i] + (i == 0 && count > 1 ? "/" : "");
  }
  if (count > 1) {
    if (const std::optional<Unit> unit = find_unit(divided)) return unit;
  }
  return find_unit(joined);
}

/// Finds a unit of the dimension among the words and removes them.
std::optional<Unit> take_unit(Words& words, Dimension dimension) {
  for (const std::size_t count : {4U, 3U, 2U, 1U}) {
    for (std::size_t end = words.size(); end >= count; --end) {
      const std::optional<Unit> unit = unit_of_words(words, end - count, count);
      if (!unit || unit->dimension != dimension) continue;
      const auto at = words.begin() + static_cast<std::ptrdiff_t>(end - count);
      words.erase(at, at + static_cast<std::ptrdiff_t>(count));
      return unit;
    }
  }
  return std::nullopt;
}

/// Takes the component out of the words: the last of x, y, z, w; else a number at the end; else
/// roll, pitch or yaw. @return  index at which it stood
std::size_t take_component(Words& words, ColumnName& column) {
  for (std::size_t i = words.size(); i-- > 0;) {
    if (words[i].size() == 1 &&
        std::string_view("xyzw").find(words[i][0]) != std::string_view::npos) {
      column.component = words[i][0];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
      return i;
    }
  }
  // Hamilton's units: w + x i + y j + z k.
  const std::pair<const char*, char> units[] = {{"real", 'w'}, {"i", 'x'}, {"j", 'y'}, {"k", 'z'}};
  for (const auto& [word, component] : units) {
    const auto at = std::ranges::find(words, word);
    if (at == words.end() || !has(words, kRotationWords)) continue;
    column.component = component;
    return static_cast<std::size_t>(words.erase(at) - words.begin());
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool yaw = words[i] == "yaw" || words[i] == "heading";
    if (!yaw && words[i] != "roll" && words[i] != "pitch") continue;
    column.component = yaw ? 'h' : words[i][0];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
    return i;
  }
  return words.size();
}

/// Takes the two indices of a matrix entry, or the one of a numbered quaternion.
void take_numbers(Words& words, ColumnName& column) {
  if (words.size() < 2 || !is_digits(words.back())) return;
  const std::string last = words.back();
  const bool two = words.size() >= 3 && last.size() == 1 && words[words.size() - 2].size() == 1 &&
                   is_digits(words[words.size() - 2]);
  const std::string digits = two ? words[words.size() - 2] + last : last;
  const std::size_t stem = words.size() - (two ? 2 : 1);
  const bool near =
      kMatrixWords.contains(words[stem - 1]) || kRotationWords.contains(words[stem - 1]);
  if (!near || digits.size() > 2) return;
  words.resize(stem);
  if (digits.size() == 2 && has(words, kMatrixWords)) {
    column.quantity = Quantity::kMatrix;
    column.row = digits[0] - '0';
    column.column = digits[1] - '0';
  } else if (digits.size() == 1 && has(words, kRotationWords)) {
    column.quantity = Quantity::kRotation;
    column.component = digits[0];
  } else {
    words.push_back(digits);
  }
}

Quantity acceleration_of(const Words& words) {
  if (has(words, {"linear", "lin"})) return Quantity::kLinearAcceleration;
  if (has(words, kWithWords)) return Quantity::kAccelerometer;
  if (has(words, kWithoutWords)) return Quantity::kUserAcceleration;
  return has(words, kGravityWords) ? Quantity::kGravity : Quantity::kAccelerometer;
}

/// The quantity of a component whose words name no sensor: by the letter of a symbol before it.
Quantity quantity_of_symbol(const Words& words, std::size_t component) {
  for (std::size_t i = 0; i < std::min(component, words.size()); ++i) {
    if (words[i] == "w" || words[i] == "g") return Quantity::kGyroscope;
    if (words[i] == "a") return Quantity::kAccelerometer;
    if (words[i] == "m") return Quantity::kMagnetometer;
  }
  const bool plain = std::ranges::all_of(
      words, [](const std::string& word) { return kEmptyWords.contains(word); });
  return plain ? Quantity::kPlain : Quantity::kOther;
}

Quantity quantity_of_time(const Words& words) {
  if (has(words, kTimeWords)) return Quantity::kTime;
  const bool counts = has(words, {"packet", "sample"}) && has(words, kCountWords);
  if (has(words, kFrameWords)) {
    return has(words, {"sub"}) ? Quantity::kSubFrame : Quantity::kFrame;
  }
  return counts ? Quantity::kFrame : Quantity::kOther;
}

/// The quantity that a unit states beside a bare component: "X (deg/s)".
Quantity quantity_of(Dimension dimension) {
  if (dimension == Dimension::kRate) return Quantity::kGyroscope;
  if (dimension == Dimension::kAcceleration) return Quantity::kAccelerometer;
  if (dimension == Dimension::kField) return Quantity::kMagnetometer;
  return Quantity::kOther;
}

void set_quantity(const Words& words, std::size_t component_at, ColumnName& column) {
  const bool angle = column.component == 'r' || column.component == 'p' || column.component == 'h';
  if (has(words, kOtherWords)) {
    column.quantity = Quantity::kOther;
  } else if (column.component == 0) {
    column.quantity = quantity_of_time(words);
  } else if (angle) {
    column.quantity = has(words, kRateWords) ? Quantity::kOther : Quantity::kEuler;
  } else {
    column.quantity = quantity_of_words(words);
    if (column.quantity == Quantity::kPlain) {
      column.quantity = quantity_of_symbol(words, component_at);
    }
    if (column.quantity == Quantity::kEuler) {
      column.component = column.component == 'x' ? 'r' : column.component == 'y' ? 'p' : 'h';
    }
  }
}

/// A gyroscope whose unit is an angle means the angle per second.
void set_unit(std::optional<Unit> bracket, Words& words, ColumnName& column) {
  if (column.quantity == Quantity::kPlain) {
    for (const Dimension dimension :
         {Dimension::kRate, Dimension::kAcceleration, Dimension::kField}) {
      if (!bracket) bracket = take_unit(words, dimension);
    }
    if (!bracket) return;
    column.quantity = quantity_of(bracket->dimension);
    column.unit = bracket;
    return;
  }
  const bool vector = column.component >= 'w' && column.component <= 'z';
  if (column.quantity == Quantity::kOther && vector && bracket && !has(words, kOtherWords)) {
    column.quantity = quantity_of(bracket->dimension);
  }
  const std::optional<Dimension> dimension = dimension_of(column.quantity);
  if (!dimension) return;
  column.unit = bracket ? bracket : take_unit(words, *dimension);
  if (column.quantity == Quantity::kGyroscope) {
    if (!column.unit) column.unit = take_unit(words, Dimension::kAngle);
    if (column.unit && column.unit->dimension == Dimension::kAngle) {
      column.unit = Unit{Dimension::kRate, column.unit->factor, column.unit->name + "/s"};
    }
  }
  if (column.unit && column.unit->dimension != *dimension) column.quantity = Quantity::kOther;
}

}  // namespace

Quantity quantity_of_words(const Words& words) {
  if (has(words, kGyroscopeWords)) return Quantity::kGyroscope;
  if (has(words, kTurnWords) && has(words, kRateWords)) return Quantity::kGyroscope;
  if (has(words, kAccelerationWords)) return acceleration_of(words);
  if (has(words, kGravityWords)) return Quantity::kGravity;
  if (has(words, kMagnetometerWords)) return Quantity::kMagnetometer;
  if (has(words, kAngleWords)) return Quantity::kEuler;
  if (has(words, kRotationWords)) return Quantity::kRotation;
  return has(words, kRateWords) ? Quantity::kOther : Quantity::kPlain;
}

std::optional<Dimension> dimension_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::kTime:
      return Dimension::kTime;
    case Quantity::kGyroscope:
      return Dimension::kRate;
    case Quantity::kAccelerometer:
    case Quantity::kLinearAcceleration:
    case Quantity::kUserAcceleration:
    case Quantity::kGravity:
      return Dimension::kAcceleration;
    case Quantity::kMagnetometer:
      return Dimension::kField;
    case Quantity::kRotation:
    case Quantity::kEuler:
      return Dimension::kAngle;
    default:
      return std::nullopt;
  }
}

ColumnName read_column_name(std::string_view name) {
  ColumnName column;
  std::optional<Unit> bracket;
  Words words = words_of(take_brackets(name, column, bracket));
  const std::size_t component_at = take_component(words, column);
  if (column.component == 0) take_numbers(words, column);
  const bool numbered = column.quantity != Quantity::kOther;
  if (!numbered) set_quantity(words, component_at, column);
  if (numbered && has(words, kOtherWords)) column.quantity = Quantity::kOther;
  if (has(words, kDoubtfulWords)) column.doubt = 1;
  if (has(words, {"motion"})) column.doubt = -1;
  set_unit(bracket, words, column);
  for (const std::string& word : words) column.stem += (column.stem.empty() ? "" : " ") + word;
  return column;
}

}  // namespace formats
