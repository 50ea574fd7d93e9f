/// Sound beside the wanted sources: a second talker and diffuse noise. The truth has neither.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "simulate/dry_source.h"
#include "simulate/plan.h"

namespace simulate {

/// The interferer of a session: speech of another file than the wanted sources' (where there is
/// one), from its own direction, at least the smallest separation from every source. It sounds for
/// its share of the session in one stretch. While it sounds, the power of its dry signal has the
/// plan's level relative to the power of the first source.
/// @param samples  length of the session
/// @throws core::InputError  if a speech file cannot be used
/// @throws core::UsageError  if no place or no list of plane waves is left
DrySource draw_interferer(const Plan& plan, std::size_t session,
                          const std::vector<DrySource>& sources, std::size_t samples);

/// Number of plane waves of the diffuse noise. Their mean over the sphere is exact for harmonics up
/// to about degree 7: for microphones 9 cm apart up to 4 kHz.
inline constexpr std::size_t kNoiseWaves = 64;

/// Directions of the plane waves of a session's diffuse noise: an even grid, turned at random.
std::vector<Eigen::Vector3d> noise_directions(const Plan& plan, std::size_t session);

/// White noise of one plane wave: normal numbers of variance 1 / kNoiseWaves.
std::vector<float> wave_noise(const Plan& plan, std::size_t session, std::size_t wave,
                              std::size_t samples);

}  // namespace simulate
