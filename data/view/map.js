// Directions over azimuth and elevation. As in all pictures of the toolchain, azimuth +180 degrees is at the left edge.
(function (csl) {
  'use strict';
  const kLeft = 34, kBottom = 40, kTop = 10, kRight = 18;

  csl.drawMap = (canvas, state, time) => {
    const {context, width, height} = csl.begin(canvas), colors = csl.colors();
    const w = width - kLeft - kRight, h = height - kTop - kBottom;
    const x = azimuth => kLeft + w * (180 - azimuth) / 360, y = elevation => kTop + h * (90 - elevation) / 180;
    const place = v => [x(csl.azimuth(v)), y(csl.elevation(v))];
    context.strokeStyle = colors.rule;
    context.beginPath();
    const step = width < 480 ? 90 : 60;
    for (let azimuth = -180; azimuth <= 180; azimuth += step) {
      context.moveTo(x(azimuth), kTop);
      context.lineTo(x(azimuth), kTop + h);
      csl.word(context, String(azimuth), x(azimuth), kTop + h + 14, colors.soft);
    }
    for (let elevation = -90; elevation <= 90; elevation += 30) {
      context.moveTo(kLeft, y(elevation));
      context.lineTo(kLeft + w, y(elevation));
      csl.word(context, String(elevation), kLeft - 5, y(elevation), colors.soft, 'right');
    }
    context.stroke();
    csl.word(context, `azimuth and elevation in the ${state.frame} frame, degrees`, kLeft + w / 2, kTop + h + 31, colors.soft);
    state.layers.forEach((layer, i) => {
      for (const point of state.trail(layer, time)) {
        csl.disk(context, ...place(point.vector), 4, colors.layer[i], (1 - point.age) * (0.15 + 0.5 * point.strength));
      }
      const now = state.at(layer, time);
      for (const found of now ? [...now.directions, ...now.tracks] : []) {
        const vector = state.vector(found);
        if (!vector) continue;
        csl.disk(context, ...place(vector), 6, colors.layer[i]);
        if (found.id !== undefined) csl.word(context, String(found.id), place(vector)[0], place(vector)[1] - 13, colors.ink);
      }
    });
    for (const truth of state.truthAt(time)) csl.ring(context, ...place(truth.vector), 10, colors.truth);
  };
})(window.csl);
