// What was opened: layers of estimates, truth, orientations, array, and what of it is shown at a time.
(function (csl) {
  'use strict';
  const kTrail = 1.0;     // s of the past that pictures show
  const kLongest = 0.3;   // s; an older window no longer says where the sound is
  csl.kMostLayers = 4;    // colors of estimates

  class Layers {
    constructor() {
      this.layers = [];      // {name, windows: Map "session|window" -> list by time, highest: confidence}
      this.truth = null;     // rows of truth.csv
      this.pose = null;      // {time, q}
      this.array = null;     // {name, position}
      this.session = '';
      this.window = '';
      this.frame = 'world';
      this.offset = 0;       // time of the session's first sample in the sound, s
    }

    layer(name) {
      let layer = this.layers.find(other => other.name === name);
      if (!layer) {
        if (this.layers.length === csl.kMostLayers) this.layers.shift();
        layer = {name, windows: new Map(), highest: 0, newest: null};
        this.layers.push(layer);
      }
      return layer;
    }

    // Replaces the estimates of a name.
    setEstimates(name, windows) {
      const layer = this.layer(name);
      layer.windows = new Map();
      layer.highest = 0;
      for (const window of windows) this.insert(layer, window);
      for (const list of layer.windows.values()) list.sort((a, b) => a.time - b.time);
      this.choose();
    }

    // Appends one window of a stream.
    append(name, window) {
      const layer = this.layer(name);
      const list = this.insert(layer, window);
      if (list.length > 1 && list[list.length - 2].time > window.time) list.sort((a, b) => a.time - b.time);
      layer.newest = window;
      if (!this.sessions().includes(this.session) || !this.windows().includes(this.window)) this.choose();
    }

    insert(layer, window) {
      const key = `${window.session}|${window.window}`;
      if (!layer.windows.has(key)) layer.windows.set(key, []);
      layer.windows.get(key).push(window);
      for (const d of window.directions) layer.highest = Math.max(layer.highest, d.confidence);
      return layer.windows.get(key);
    }

    keys(part) {
      const found = new Set();
      for (const layer of this.layers) for (const key of layer.windows.keys()) found.add(key.split('|')[part]);
      return [...found].sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
    }
    sessions() { return this.keys(0); }
    windows() { return this.keys(1).filter(window => window !== 'full'); }

    // Keeps the chosen session and window length if they exist, else the first session and the length nearest to 0.2 s.
    choose() {
      const sessions = this.sessions(), windows = this.windows();
      if (!sessions.includes(this.session)) this.session = sessions[0] ?? '';
      if (!windows.includes(this.window)) {
        const away = window => Math.abs(Math.log(Number(window) / 0.2));
        this.window = windows.reduce((best, window) => (best === '' || away(window) < away(best) ? window : best), '');
      }
    }

    list(layer) { return layer.windows.get(`${this.session}|${this.window}`) || []; }

    // The end of everything that is known, s of the sound.
    end() {
      let end = 0;
      for (const layer of this.layers) {
        const list = this.list(layer);
        if (list.length) end = Math.max(end, list[list.length - 1].time + this.offset);
      }
      for (const row of this.truth || []) end = Math.max(end, row.end + this.offset);
      return end;
    }

    // The vector of a direction in the frame that is shown; null if it is not known there.
    vector(direction) { return direction[this.frame]; }

    // True directions at a time of the sound, in the frame that is shown: [{source, vector}].
    truthAt(time) {
      const t = time - this.offset, found = [];
      for (const row of this.truth || []) {
        if (t < row.start || t > row.end) continue;
        const world = csl.turn(row.spin.map(w => w * (t - row.start)), row.world);
        const vector = this.toFrame(world, t);
        if (vector) found.push({source: row.source, vector});
      }
      return found;
    }

    toFrame(world, t) {
      if (this.frame === 'world') return world;
      const q = csl.orientationAt(this.pose, t);
      return q ? csl.rotate(csl.conjugate(q), world) : null;
    }

    orientation(time) { return csl.orientationAt(this.pose, time - this.offset); }

    // The newest window of a layer at a time of the sound, or null.
    at(layer, time) {
      const list = this.list(layer), t = time - this.offset;
      const i = csl.lastNotAbove(list, t + 1e-6, window => window.time);
      return i >= 0 && t - list[i].time <= kLongest ? list[i] : null;
    }

    // Directions of the last second: [{vector, strength, age}], age and strength in [0, 1].
    trail(layer, time) {
      const list = this.list(layer), t = time - this.offset, points = [];
      for (let i = csl.lastNotAbove(list, t, window => window.time); i >= 0 && t - list[i].time < kTrail; --i) {
        for (const d of list[i].directions) {
          const vector = this.vector(d);
          if (vector) points.push({vector, strength: this.strength(layer, d), age: (t - list[i].time) / kTrail});
        }
      }
      return points.reverse();
    }

    // Confidence divided by the highest one of its layer.
    strength(layer, direction) { return layer.highest > 0 ? direction.confidence / layer.highest : 0; }

    // Time of the window before or after a time of the sound, or null.
    step(time, forward) {
      if (!this.layers.length) return null;
      const list = this.list(this.layers[0]), t = time - this.offset;
      const i = forward ? csl.lastNotAbove(list, t + 1e-4, window => window.time) + 1
                        : csl.lastNotAbove(list, t - 1e-4, window => window.time);
      return list[i] ? list[i].time + this.offset : null;
    }
  }

  csl.Layers = Layers;
})(window.csl);
