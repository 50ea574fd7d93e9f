// The time of the page: that of the sound, or of a clock where no sound was opened, or of the newest line of a stream.
(function (csl) {
  'use strict';

  class Player {
    constructor(changed) {
      this.audio = null;      // element that plays the sound
      this.level = null;      // see csl.monoCopy
      this.live = false;      // follows a stream
      this.length = 0;        // s, of what is shown without sound
      this.changed = changed;
      this.clock = {time: 0, since: 0, running: false, rate: 1};
    }

    get duration() {
      return this.audio && Number.isFinite(this.audio.duration) ? this.audio.duration : this.length;
    }

    get playing() { return this.audio ? !this.audio.paused : this.clock.running; }

    get time() {
      if (this.audio) return this.audio.currentTime;
      if (!this.clock.running) return this.clock.time;
      const time = this.clock.time + this.clock.rate * (performance.now() - this.clock.since) / 1000;
      if (this.live || time < this.duration) return time;
      this.clock = {...this.clock, time: this.duration, running: false};
      this.changed();
      return this.duration;
    }

    async play() {
      this.live = false;
      if (this.time >= this.duration - 1e-3) this.seek(0);
      if (this.audio) {
        try {
          await this.audio.play();
        } catch (error) {
          if (error.name !== "AbortError") throw error;  // paused before it had begun
        }
      } else {
        this.clock = {...this.clock, since: performance.now(), running: true};
        this.changed();
      }
    }

    pause() {
      this.live = false;
      if (this.audio) {
        this.audio.pause();
      } else {
        this.clock = {...this.clock, time: this.time, running: false};
        this.changed();
      }
    }

    toggle() { return this.playing ? this.pause() : this.play(); }

    seek(time) {
      const t = Math.max(0, Math.min(time, this.duration));
      if (this.audio) this.audio.currentTime = t;
      this.clock = {...this.clock, time: t, since: performance.now()};
      this.changed();
    }

    // Shows a time of a stream, without playing.
    follow(time) {
      this.length = Math.max(this.length, time);
      if (!this.live) return;
      this.clock = {...this.clock, time, running: false};
    }

    setRate(rate) {
      if (this.audio) this.audio.playbackRate = rate;
      this.clock = {...this.clock, time: this.audio ? this.clock.time : this.time, since: performance.now(), rate};
    }

    // Plays a blob from now on. Resolves when its length is known.
    setSound(blob, level, rate) {
      if (this.audio) {
        this.audio.pause();
        URL.revokeObjectURL(this.audio.src);
      }
      const audio = new Audio(URL.createObjectURL(blob));
      audio.preload = 'auto';
      audio.playbackRate = rate;
      for (const event of ['play', 'pause', 'ended', 'seeked']) audio.addEventListener(event, this.changed);
      return new Promise((resolve, reject) => {
        audio.addEventListener('error', () => reject(new Error('this browser cannot play the sound: open it as WAV')));
        audio.addEventListener('loadedmetadata', () => {
          this.audio = audio;
          this.level = level;
          this.live = false;
          this.changed();
          resolve();
        });
      });
    }
  }
  csl.Player = Player;
})(window.csl);
