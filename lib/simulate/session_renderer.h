/// Simulated sessions: each is a pure function of the plan and the session's number.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "room/measured_renderer.h"
#include "room/renderer.h"
#include "room/shoebox.h"
#include "session/session.h"
#include "simulate/dry_source.h"
#include "simulate/plan.h"
#include "so3/track.h"

namespace simulate {

/// Makes the sessions of one plan, in parallel and in any order: session `index` is the same on
/// every thread and machine.
class SessionRenderer {
 public:
  explicit SessionRenderer(Plan plan) : plan_(std::move(plan)) {}

  /// Session `index` of all shards. May be called from several threads at a time.
  /// @throws core::InputError  if a speech file cannot be used, or no recorded motion lasts as long
  /// @throws core::UsageError  if the sources do not fit in the room
  session::Session render(std::size_t index);

 private:
  using Renderer = std::variant<room::Renderer, room::MeasuredRenderer>;

  /// How the array turned, and what it heard without its microphones' errors.
  struct Heard {
    so3::Track track;              ///< q_world_sensor
    std::vector<float> time_data;  ///< [samples, microphones], row-major
  };

  // Both place the sources, and set what is known of the room in `info`.
  Heard hear_rendered_room(std::size_t index, std::vector<DrySource>& sources, session::Info& info);
  Heard hear_measured_room(std::size_t index, std::size_t samples, std::vector<DrySource>& sources,
                           session::Info& info) const;

  so3::Track place(std::size_t index, double duration_s, std::vector<DrySource>& sources) const;
  Renderer take_renderer();
  void return_renderer(Renderer renderer);
  std::vector<float> render_source(const room::Shoebox& room, const so3::Track& track,
                                   const DrySource& source);
  std::vector<float> render_waves(Renderer& renderer, std::span<const room::PlaneWave> waves,
                                  const so3::Track& track, std::span<const float> signal) const;
  void add_company(std::size_t index, const room::Shoebox& room, const so3::Track& track,
                   const std::vector<DrySource>& sources, std::vector<float>& time_data);
  void add_diffuse_noise(std::size_t index, double snr_db, const so3::Track& track,
                         std::vector<float>& time_data);
  std::vector<float> mix_sources(const room::Shoebox& room, const so3::Track& track,
                                 const std::vector<DrySource>& sources);

  const Plan plan_;
  std::mutex mutex_;
  /// Renderers of the plan's array that no thread uses now. They keep tables, and the expansion of
  /// measured responses is costly to make.
  std::vector<Renderer> idle_;
};

}  // namespace simulate
