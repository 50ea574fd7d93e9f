// Azimuth, elevation, confidence and the level of the sound over time, under one playhead.
(function (csl) {
  'use strict';
  const kLeft = 46, kRight = 10, kBottom = 34, kGap = 22;
  const kStrips = [
    {name: 'Azimuth, degrees', share: 0.34, low: -180, high: 180, ticks: [-180, -90, 0, 90, 180]},
    {name: 'Elevation, degrees', share: 0.26, low: -90, high: 90, ticks: [-90, 0, 90]},
    {name: 'Confidence, share of the highest', share: 0.22, low: 0, high: 1, ticks: [0, 0.5, 1]},
    {name: 'Level of the sound, dB', share: 0.18, low: -60, high: 0, ticks: [-60, -30, 0]}];

  // First and last time that is shown.
  csl.timeRange = (state, player, span) => {
    const end = Math.max(player.duration, state.end(), 1e-3);
    if (!span || span >= end) return [0, end];
    const first = Math.max(0, Math.min(player.time - span / 2, end - span));
    return [first, first + span];
  };

  const roundStep = range => {
    const raw = range / 8, decade = 10 ** Math.floor(Math.log10(raw));
    return [1, 2, 5, 10].map(f => f * decade).find(step => step >= raw);
  };

  class Timeline {
    constructor(canvas) {
      this.canvas = canvas;
      this.picture = document.createElement('canvas');  // everything but the playhead
      this.key = '';
    }

    // @param revision  number that changes with the data
    draw(state, player, span, revision) {
      const {context, width, height} = csl.begin(this.canvas);
      const range = csl.timeRange(state, player, span);
      const key = [revision, width, height, ...range.map(t => t.toFixed(3)), state.frame, state.session, state.window, state.offset,
                   window.devicePixelRatio, csl.colors().ink].join();
      if (key !== this.key) {
        this.key = key;
        this.picture.width = this.canvas.width;
        this.picture.height = this.canvas.height;
        csl.begin(this.canvas);
        this.drawData(context, width, height, state, player, range);
        this.picture.getContext('2d').drawImage(this.canvas, 0, 0);
      } else {
        context.drawImage(this.picture, 0, 0, width, height);
      }
      this.place = time => kLeft + (width - kLeft - kRight) * (time - range[0]) / (range[1] - range[0]);
      this.time = x => range[0] + (x - kLeft) / (width - kLeft - kRight) * (range[1] - range[0]);
      context.strokeStyle = csl.colors().accent;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(this.place(player.time), 0);
      context.lineTo(this.place(player.time), height - kBottom + 4);
      context.stroke();
    }

    drawData(context, width, height, state, player, [from, to]) {
      const colors = csl.colors(), w = width - kLeft - kRight, x = t => kLeft + w * (t - from) / (to - from);
      const room = height - kBottom - kGap * kStrips.length;
      let top = 0;
      const ys = kStrips.map(strip => {
        top += kGap;
        const begin = top, h = strip.share * room;
        top += h;
        csl.word(context, strip.name, kLeft, begin - 10, colors.ink, 'left');
        const y = value => begin + h * (strip.high - Math.max(strip.low, Math.min(strip.high, value))) / (strip.high - strip.low);
        context.strokeStyle = colors.rule;
        context.beginPath();
        for (const tick of strip.ticks) {
          context.moveTo(kLeft, y(tick));
          context.lineTo(kLeft + w, y(tick));
          csl.word(context, String(tick), kLeft - 6, y(tick), colors.soft, 'right');
        }
        context.stroke();
        return y;
      });
      const step = roundStep(to - from);
      for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9; ++i) {
        csl.word(context, String(Number((i * step).toPrecision(6))), x(i * step), height - kBottom + 12, colors.soft);
      }
      csl.word(context, 'time, s', kLeft + w / 2, height - 7, colors.soft);
      context.save();
      context.beginPath();
      context.rect(kLeft - 2, 0, w + 4, height);
      context.clip();
      this.drawLevel(context, player, x, ys[3], [from, to], w, colors.soft);
      this.drawTruth(context, state, x, ys, [from, to], w, colors.truth);
      state.layers.forEach((layer, i) => this.drawLayer(context, state, layer, x, ys, [from, to], colors.layer[i]));
      context.restore();
    }

    // Every third pixel has a dot of each source: a dotted line that neither slopes nor wraps.
    drawTruth(context, state, x, ys, [from, to], w, color) {
      for (let p = 0; p <= w; p += 3) {
        const t = from + (to - from) * p / w;
        for (const truth of state.truthAt(t)) {
          csl.disk(context, x(t), ys[0](csl.azimuth(truth.vector)), 1.4, color);
          csl.disk(context, x(t), ys[1](csl.elevation(truth.vector)), 1.4, color);
        }
      }
    }

    drawLayer(context, state, layer, x, ys, [from, to], color) {
      const list = state.list(layer), first = csl.lastNotAbove(list, from - state.offset, window => window.time) + 1;
      const end = csl.lastNotAbove(list, to - state.offset, window => window.time) + 1;
      const step = Math.max(1, Math.floor((end - first) / 4000));
      for (let i = first; i < end; i += step) {
        const at = x(list[i].time + state.offset);
        for (const d of list[i].directions) {
          const vector = state.vector(d), strength = state.strength(layer, d);
          csl.disk(context, at, ys[2](strength), 1.7, color, 0.9);
          if (!vector) continue;
          csl.disk(context, at, ys[0](csl.azimuth(vector)), 1.9, color, 0.35 + 0.65 * strength);
          csl.disk(context, at, ys[1](csl.elevation(vector)), 1.9, color, 0.35 + 0.65 * strength);
        }
      }
    }

    // The level below the largest sample, as bars.
    drawLevel(context, player, x, y, [from, to], w, color) {
      if (!player.level) return;
      const highest = player.level.reduce((a, b) => Math.max(a, b), 1e-9);
      context.fillStyle = color;
      context.globalAlpha = 0.6;
      const columns = Math.max(1, Math.floor(w)), perSecond = 1 / csl.kEnvelopeStep;
      for (let c = 0; c < columns; ++c) {
        const t0 = from + (to - from) * c / columns, t1 = from + (to - from) * (c + 1) / columns;
        let level = 0;
        for (let i = Math.floor(t0 * perSecond); i <= t1 * perSecond && i < player.level.length; ++i) {
          if (i >= 0) level = Math.max(level, player.level[i]);
        }
        const top = y(20 * Math.log10(Math.max(level, 1e-9) / highest));
        context.fillRect(x(t0), top, 1, y(-60) - top);
      }
      context.globalAlpha = 1;
    }
  }
  csl.Timeline = Timeline;
})(window.csl);
