// Canvases in device pixels, colors of the style sheet, and pictures that the pointer and the arrow keys turn.
(function (csl) {
  'use strict';

  // Context of a canvas whose unit is a CSS pixel, cleared, with its size.
  csl.begin = canvas => {
    const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = '12px system-ui, sans-serif';
    context.lineWidth = 1;
    return {context, width, height};
  };

  // Colors of the present scheme.
  csl.colors = () => {
    const style = getComputedStyle(document.documentElement), get = name => style.getPropertyValue(name).trim();
    return {ink: get('--ink'), soft: get('--soft'), rule: get('--rule'), accent: get('--accent'), truth: get('--truth'),
            layer: [0, 1, 2, 3].map(i => get(`--c${i}`))};
  };

  csl.disk = (context, x, y, radius, color, alpha = 1) => {
    context.globalAlpha = alpha;
    context.fillStyle = color;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
  };
  csl.ring = (context, x, y, radius, color) => {
    context.strokeStyle = color;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
    context.lineWidth = 1;
  };
  // A letter or a number beside a point.
  csl.word = (context, text, x, y, color, align = 'center') => {
    context.fillStyle = color;
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.fillText(text, x, y);
  };

  // A view from outside on the origin, turned by yaw and tilt (rad).
  class View {
    constructor(yaw, tilt) { this.yaw = yaw; this.tilt = tilt; }

    // [right, up, towards the viewer] of a vector.
    project(v) {
      const c = Math.cos(this.yaw), s = Math.sin(this.yaw), ct = Math.cos(this.tilt), st = Math.sin(this.tilt);
      const x = c * v[0] + s * v[1], y = -s * v[0] + c * v[1];
      return [y, ct * v[2] - st * x, ct * x + st * v[2]];
    }

    turn(yaw, tilt) {
      this.yaw += yaw;
      this.tilt = Math.max(-Math.PI / 2, Math.min(Math.PI / 2, this.tilt + tilt));
    }

    // Lets the pointer and the arrow keys turn a canvas. changed() draws it again.
    attach(canvas, changed) {
      canvas.addEventListener('pointerdown', event => canvas.setPointerCapture(event.pointerId));
      canvas.addEventListener('pointermove', event => {
        if (!canvas.hasPointerCapture(event.pointerId)) return;
        this.turn(-event.movementX * 0.01, event.movementY * 0.01);
        changed();
      });
      canvas.addEventListener('keydown', event => {
        const step = {ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1]}[event.key];
        if (!step) return;
        this.turn(...step);
        event.preventDefault();
        event.stopPropagation();
        changed();
      });
    }
  }
  csl.View = View;
})(window.csl);
