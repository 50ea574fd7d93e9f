// Two pictures in space: directions on a sphere, and the array with the directions in its own frame.
(function (csl) {
  'use strict';
  const kAxes = [['x', [1, 0, 0]], ['y', [0, 1, 0]], ['z', [0, 0, 1]]];

  // A line of points; what is behind the sphere is faint.
  function path(context, view, points, place, color) {
    context.strokeStyle = color;
    for (let i = 1; i < points.length; ++i) {
      const a = view.project(points[i - 1]), b = view.project(points[i]);
      context.globalAlpha = a[2] + b[2] > 0 ? 0.5 : 0.15;
      context.beginPath();
      context.moveTo(...place(a));
      context.lineTo(...place(b));
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  function graticule(context, view, place, color) {
    const line = (count, at) => path(context, view, Array.from({length: count + 1}, (_, i) => at(i / count)), place, color);
    for (let azimuth = -180; azimuth < 180; azimuth += 30) line(24, u => csl.direction(azimuth, 180 * u - 90));
    for (let elevation = -60; elevation <= 60; elevation += 30) line(48, u => csl.direction(360 * u, elevation));
  }

  csl.drawSphere = (canvas, view, state, time) => {
    const {context, width, height} = csl.begin(canvas), colors = csl.colors();
    const radius = Math.min(width, height) / 2 - 18;
    const place = p => [width / 2 + radius * p[0], height / 2 - radius * p[1]];
    graticule(context, view, place, colors.soft);
    for (const [name, axis] of kAxes) {
      const tip = view.project(axis.map(a => 1.12 * a));
      context.globalAlpha = tip[2] > 0 ? 1 : 0.45;
      csl.word(context, `+${name}`, ...place(tip), colors.soft);
      context.globalAlpha = 1;
    }
    state.layers.forEach((layer, i) => {
      for (const point of state.trail(layer, time)) {
        const p = view.project(point.vector);
        const alpha = (1 - point.age) * (0.15 + 0.5 * point.strength) * (p[2] > 0 ? 1 : 0.4);
        csl.disk(context, ...place(p), 4, colors.layer[i], alpha);
      }
      const now = state.at(layer, time);
      for (const found of now ? [...now.directions, ...now.tracks] : []) {
        const vector = state.vector(found);
        if (!vector) continue;
        const p = view.project(vector);
        context.strokeStyle = colors.layer[i];
        context.globalAlpha = p[2] > 0 ? 0.9 : 0.35;
        context.lineWidth = 2;
        context.beginPath();
        context.moveTo(width / 2, height / 2);
        context.lineTo(...place(p));
        context.stroke();
        context.lineWidth = 1;
        csl.disk(context, ...place(p), 6, colors.layer[i], p[2] > 0 ? 1 : 0.45);
        if (found.id !== undefined) csl.word(context, String(found.id), place(p)[0], place(p)[1] - 13, colors.ink);
      }
    });
    for (const truth of state.truthAt(time)) csl.ring(context, ...place(view.project(truth.vector)), 10, colors.truth);
  };

  // A vector of the sensor frame in the frame that is shown, at a time.
  function shown(state, time, vector) {
    if (state.frame === 'sensor') return vector;
    const q = state.orientation(time);
    return q ? csl.rotate(q, vector) : vector;
  }

  // The microphones with their numbers, the sensor's axes, and lines towards the present directions.
  csl.drawArray = (canvas, view, state, time) => {
    const {context, width, height} = csl.begin(canvas), colors = csl.colors();
    if (!state.array) {
      csl.word(context, 'Open an array file (JSON) to see the microphones.', width / 2, height / 2, colors.soft);
      return;
    }
    const reach = Math.max(1e-6, ...state.array.position.map(p => Math.hypot(...p)));
    const scale = (Math.min(width, height) / 2 - 24) / (1.5 * reach);
    const place = p => [width / 2 + scale * p[0], height / 2 - scale * p[1]];
    const line = (to, color, thick = 1) => {
      context.strokeStyle = color;
      context.lineWidth = thick;
      context.beginPath();
      context.moveTo(...place(view.project([0, 0, 0])));
      context.lineTo(...place(view.project(to)));
      context.stroke();
    };
    for (const [name, axis] of kAxes) {
      const tip = shown(state, time, axis.map(a => 1.3 * reach * a));
      line(tip, colors.soft);
      // The name stands beyond the end of the axis, not on its line.
      const [x, y] = place(view.project(tip)), away = [x - width / 2, y - height / 2];
      const length = Math.hypot(...away) || 1;
      csl.word(context, `+${name}`, x + 14 * away[0] / length, y + 14 * away[1] / length, colors.soft);
    }
    state.layers.forEach((layer, i) => {
      const now = state.at(layer, time);
      for (const d of now ? now.directions : []) {
        const vector = state.vector(d);
        if (vector) line(vector.map(x => 1.5 * reach * x), colors.layer[i], 2.5);
      }
    });
    for (const truth of state.truthAt(time)) csl.ring(context, ...place(view.project(truth.vector.map(x => 1.45 * reach * x))), 8, colors.truth);
    const microphones = state.array.position.map((p, m) => ({number: m + 1, p: view.project(shown(state, time, p))}));
    microphones.sort((a, b) => a.p[2] - b.p[2]);
    for (const {number, p} of microphones) {
      csl.disk(context, ...place(p), 8 + 2 * p[2] / reach, colors.soft, 0.95);
      csl.word(context, String(number), ...place(p), getComputedStyle(canvas.parentElement).backgroundColor);
    }
    csl.word(context, `${state.array.position.length} microphones within ${(1000 * reach).toFixed(0)} mm of the origin`,
             8, height - 8, colors.soft, 'left');
    if (state.frame === 'world' && !state.orientation(time)) {
      csl.word(context, 'without orientations (pose.csv): sensor axes', 8, 10, colors.soft, 'left');
    }
  };
})(window.csl);
