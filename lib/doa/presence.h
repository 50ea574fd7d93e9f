/// Whether a tracked source is there, and whether it sounds.
#pragma once

namespace doa {

/// Mean times of a source's states, s.
struct PresenceTimes {
  double sounding_s = 1.0;      ///< before a pause
  double pausing_s = 0.7;       ///< before it sounds again
  double life_s = 20.0;         ///< of a source that sounds
  double pausing_life_s = 4.0;  ///< of a source that pauses, at most
};

/// A Markov chain of three states: sounding, pausing, gone. In a pause nothing is measured. A source
/// is kept through it for about as long as it was heard, up to PresenceTimes::pausing_life_s:
/// reflections are heard for some tenths of a second, talkers for longer.
/// Source: Markov chain two in Musicki, Evans and Stankovic, IEEE Trans. Automatic Control 39(6),
/// 1994.
class Presence {
 public:
  /// @param birth  probability of a new source, which sounds
  explicit Presence(double birth) : sounding_(birth) {}

  void predict(double dt_s, const PresenceTimes& times);
  /// @param ratio  likelihood of what was measured if the source sounds, over that if it does not
  void update(double ratio);

  double existence() const { return sounding_ + pausing_; }

 private:
  double sounding_, pausing_ = 0.0;  ///< probabilities
  double heard_s_ = 0.0;             ///< expected time for which it has sounded
};

}  // namespace doa
