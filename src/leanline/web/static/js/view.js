// How the clip's picture lies in the stage: level, cropped to the runner, zoomed.

const MAX_ZOOM = 8;
const VALUES_PX = 34; // the values stand above the runner's head, not on it

/** The centre of a window that stays inside the picture, if it is no larger. */
const within = (centre, size, shown) =>
  (shown >= size ? 0.5 * size : Math.min(size - 0.5 * shown, Math.max(0.5 * shown, centre)));

/** Maps the clip's pixels to the stage's CSS pixels and back. */
export class View {
  constructor(series) {
    this.series = series;
    this.whole = !series.crop;
    this.centred = false; // the runner in the middle, even if the picture ends there
    this.box = { width: 1, height: 1 };
    this.frame = 0;
    // The same body height as another film's: see films.js.
    this.window = series.crop && { width: series.crop.width, height: series.crop.height };
    this.reset();
  }

  reset() { this.zoom = 1; this.shift = [0, 0]; }
  get zoomed() { return this.zoom > 1.01; }

  /** Zoom about a point of the stage, and move by as much as the fingers did. */
  pinch(factor, about, moved = [0, 0]) {
    const zoom = Math.max(1, Math.min(MAX_ZOOM, this.zoom * factor)), by = zoom / this.zoom;
    this.shift = [0, 1].map((k) => about[k] + moved[k] - by * (about[k] - this.shift[k]));
    this.zoom = zoom;
    this.hold();
  }

  pan(dx, dy) { this.shift = [this.shift[0] + dx, this.shift[1] + dy]; this.hold(); }

  /** The picture must not be pushed out of the stage. */
  hold() {
    const { width, height } = this.box;
    this.shift = [[0, width], [1, height]].map(([k, size]) =>
      Math.min(0, Math.max(size * (1 - this.zoom), this.shift[k])));
  }

  /** The map as [a, b, c, d, e, f], as CSS and canvas know it. */
  matrix() {
    const { series: s, box } = this;
    const angle = this.whole ? 0 : Math.atan2(s.up[0], -s.up[1]);
    const size = this.whole ? s : this.window;
    const top = this.whole ? 0 : VALUES_PX;
    const scale = Math.min(box.width / size.width, (box.height - top) / size.height);
    const runner = this.whole ? null : [s.crop.x[this.frame], s.crop.y[this.frame] - (0.5 * top) / scale];
    const centre = this.whole ? [0.5 * s.width, 0.5 * s.height] : this.centred ? runner
      : [within(runner[0], s.width, box.width / scale), within(runner[1], s.height, box.height / scale)];
    const cos = scale * Math.cos(angle), sin = scale * Math.sin(angle), z = this.zoom;
    const e = 0.5 * box.width - cos * centre[0] - sin * centre[1];
    const f = 0.5 * box.height + sin * centre[0] - cos * centre[1];
    return [z * cos, -z * sin, z * sin, z * cos, z * e + this.shift[0], z * f + this.shift[1]];
  }

  css() { return `matrix(${this.matrix().map((v) => v.toFixed(5)).join(",")})`; }

  toStage([x, y]) {
    const [a, b, c, d, e, f] = this.matrix();
    return [a * x + c * y + e, b * x + d * y + f];
  }

  toPicture([x, y]) {
    const [a, b, c, d, e, f] = this.matrix(), size = a * d - b * c;
    return [(d * (x - e) - c * (y - f)) / size, (a * (y - f) - b * (x - e)) / size];
  }

  /** For drawing on a canvas with `ratio` pixels for each of the stage's. */
  place(ratio) {
    const [a, b, c, d, e, f] = this.matrix().map((v) => v * ratio);
    return {
      at: (x, y) => [a * x + c * y + e, b * x + d * y + f],
      turn: ([x, y]) => { const n = Math.hypot(a, b); return [(a * x + c * y) / n, (b * x + d * y) / n]; },
      unit: ratio * Math.max(1.25, Math.min(2.4, Math.min(this.box.width, this.box.height) / 300)),
    };
  }
}
