/// Words of the names of columns: how a name is divided, and the vocabulary of motion logs.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace formats {

using Words = std::vector<std::string>;
using WordSet = std::set<std::string, std::less<>>;

/// The words of a name, in lower case: divided at signs, between letters and digits and before
/// capitals; "accx", "xacc" and "qw" are divided at the component, "timems" before the unit.
Words words_of(std::string_view name);

/// Whether one of the words is in the set.
bool has(const Words& words, const WordSet& set);
/// Whether a word is a number.
bool is_digits(std::string_view word);

extern const WordSet kGyroscopeWords;
/// A word of kTurnWords and one of kRateWords together name a gyroscope.
extern const WordSet kTurnWords;
extern const WordSet kRateWords;
extern const WordSet kAccelerationWords;
extern const WordSet kGravityWords;
/// With these an acceleration is without or with gravity.
extern const WordSet kWithoutWords;
extern const WordSet kWithWords;
extern const WordSet kMagnetometerWords;
extern const WordSet kRotationWords;
extern const WordSet kMatrixWords;
extern const WordSet kAngleWords;
extern const WordSet kTimeWords;
extern const WordSet kFrameWords;
extern const WordSet kCountWords;
/// A column with one of these words is not the quantity that its other words name.
extern const WordSet kOtherWords;
/// Words around a component that say nothing about the quantity.
extern const WordSet kEmptyWords;
extern const WordSet kDoubtfulWords;

}  // namespace formats
