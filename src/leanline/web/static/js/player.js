// The player of a clip: level and cropped to the runner, frame by frame, with what was measured on
// it. Used by the page of a result, by its corrections and by the comparison of two clips.
import { listen } from "./gestures.js";
import { drawFrame, LAYERS } from "./overlay.js";
import { Strip } from "./strip.js";
import { View } from "./view.js";
import { number, say } from "./words.js";

/** Index of the last time that is not after `t` (with a little tolerance). */
export function indexAt(times, t) {
  let low = 0, high = times.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (times[mid] <= t + 5e-4) low = mid; else high = mid - 1;
  }
  return low;
}

/** Fetch what is drawn over a clip and make its player; null if there is nothing to play. */
export async function openPlayer(root, follows = false) {
  const answer = await fetch(root.dataset.series, { headers: { accept: "application/json" } });
  if (!answer.ok) return null;
  const player = new Player(root, await answer.json());
  await player.loaded(follows);
  return player;
}

/** The boxes that say what is drawn, for one player or for several together. */
export function showControls(scope, ...players) {
  scope.querySelectorAll("[data-layer]").forEach((box) => {
    box.addEventListener("change", () => players.forEach((one) => {
      one.layers[box.checked ? "add" : "delete"](box.dataset.layer);
      one.draw();
    }));
  });
  scope.querySelector("[data-whole]")?.addEventListener("change", (e) => players.forEach((one) => {
    one.view.whole = e.target.checked || !one.series.crop;
    one.view.reset();
    one.placed();
  }));
}

export class Player {
  constructor(root, series) {
    this.root = root;
    this.series = series;
    this.times = series.time_s;
    this.frame = 0;
    this.stage = root.querySelector("[data-stage]");
    this.video = root.querySelector("video");
    this.canvas = root.querySelector("canvas");
    this.hud = root.querySelector("[data-hud]");
    this.view = new View(series);
    this.layers = new Set(LAYERS);
    this.watchers = [];
    this.drawers = [];
    this.tool = null;
    this.video.width = series.width;
    this.video.height = series.height;
    this.stage.classList.add("fitted");
    if (root.querySelector("[data-lane]")) this.strip = new Strip(root, series);
    this.held = null;
  }

  /** Resolves once the clip's first picture can be shown; one that follows another has no controls. */
  async loaded(follows) {
    if (this.video.readyState < 1) {
      await new Promise((done) => this.video.addEventListener("loadedmetadata", done, { once: true }));
    }
    if (!follows) this.listen();
    new ResizeObserver(() => this.size()).observe(this.stage);
    this.size();
    const tick = (_, meta) => {
      // On the way to another frame this one is no news: going on would start from it.
      if (!this.video.seeking) this.show(meta.mediaTime);
      this.video.requestVideoFrameCallback(tick);
    };
    if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
      this.video.requestVideoFrameCallback(tick);
    } else {
      this.video.addEventListener("timeupdate", () => this.show(this.video.currentTime));
    }
  }

  listen() {
    const on = (name, act) =>
      this.root.querySelectorAll(`[data-do="${name}"]`).forEach((b) => b.addEventListener("click", act));
    on("play", () => this.toggle());
    on("back", () => this.step(-1));
    on("forth", () => this.step(1));
    on("event-back", () => this.event(-1));
    on("event-forth", () => this.event(1));
    on("fit", () => { this.view.reset(); this.placed(); });
    this.root.querySelector("[data-rate]")?.addEventListener("change", (e) => this.setRate(Number(e.target.value)));
    this.strip?.range.addEventListener("input", () => { this.pause(); this.goTo(Number(this.strip.range.value)); });
    this.video.addEventListener("play", () => this.playing(true));
    this.video.addEventListener("pause", () => this.playing(false));
    listen(this.stage, this);
  }

  /** Keys that move along the clip; a page with one player passes them all on. */
  key(e) {
    if (e.target.closest("input:not([type=range],[type=checkbox]),textarea,select,dialog") || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest("button,a,summary,[type=checkbox]") && (e.key === " " || e.key === "Enter")) return;
    if (e.target.type === "range" && e.key.startsWith("Arrow") && e.target !== this.strip?.range) return;
    const acts = {
      ArrowLeft: () => this.step(e.shiftKey ? -10 : -1),
      ArrowRight: () => this.step(e.shiftKey ? 10 : 1),
      ",": () => this.step(-1), ".": () => this.step(1),
      "[": () => this.event(-1), "]": () => this.event(1),
      " ": () => this.toggle(), k: () => this.toggle(),
      Home: () => this.goTo(0), End: () => this.goTo(this.times.length - 1),
      "+": () => this.zoomBy(1.5), "-": () => this.zoomBy(1 / 1.5),
      0: () => { this.view.reset(); this.placed(); },
    };
    if (acts[e.key]) { e.preventDefault(); acts[e.key](); }
  }

  zoomBy(factor) {
    const { width, height } = this.view.box;
    this.view.pinch(factor, [0.5 * width, 0.5 * height]);
    this.placed();
  }

  setRate(rate) { this.video.playbackRate = rate; }
  pause() { this.video.pause(); }
  toggle() { if (this.video.paused) this.video.play(); else this.pause(); }
  playing(yes) {
    const button = this.root.querySelector('[data-do="play"]');
    if (!button) return;
    button.textContent = yes ? "❚❚" : "▶";
    button.setAttribute("aria-label", say(yes ? "review_script.pause" : "review_script.play"));
  }

  /** Take a tool in hand, or none: it then gets what fingers do on the picture. */
  take(tool) {
    this.tool?.dropped?.();
    this.tool = tool;
    this.stage.classList.toggle("drawing", tool !== null);
  }

  /** A touch that is no swipe; corrections take it first. */
  tapped(picture, stage) { if (!this.onTap?.(picture, stage)) this.toggle(); }

  step(by) { this.pause(); this.goTo(this.frame + by); }

  event(by) {
    const moments = this.series.contacts.flatMap((c) => [c.contact_s, c.toe_off_s]).filter((t) => t !== null)
      .sort((a, b) => a - b);
    const here = this.times[this.frame];
    const gap = 0.5 / this.rate();
    const next = by > 0 ? moments.find((t) => t > here + gap)
      : moments.reverse().find((t) => t < here - gap);
    if (next !== undefined) { this.pause(); this.seek(next); }
  }

  rate() {
    const n = this.times.length;
    return n > 1 ? (n - 1) / (this.times[n - 1] - this.times[0]) : 30;
  }

  seek(t) { this.goTo(this.nearest(t)); }
  nearest(t) {
    const i = indexAt(this.times, t), j = Math.min(i + 1, this.times.length - 1);
    return Math.abs(this.times[j] - t) < Math.abs(t - this.times[i]) ? j : i;
  }

  /** Show a frame: the middle between two stamps is inside the earlier frame for sure. */
  goTo(index) {
    const i = Math.max(0, Math.min(this.times.length - 1, index));
    const here = this.times[i], next = this.times[i + 1] ?? here + 1 / this.rate();
    this.frame = i;
    this.video.currentTime = here + 0.5 * Math.min(next - here, 0.05);
    this.show(here);
  }

  show(t) {
    this.frame = indexAt(this.times, t);
    this.strip?.show(this.frame, this.times[this.frame]);
    this.placed();
    this.say();
    this.watchers.forEach((w) => w(this));
  }

  size() {
    const box = this.stage.getBoundingClientRect();
    this.ratio = devicePixelRatio || 1;
    this.view.box = { width: Math.max(box.width, 1), height: Math.max(box.height, 1) };
    this.canvas.width = Math.round(box.width * this.ratio);
    this.canvas.height = Math.round(box.height * this.ratio);
    this.placed();
  }

  /** The picture's place in the stage has changed, or its frame. */
  placed() {
    this.view.frame = this.frame;
    this.video.style.transform = this.view.css();
    this.root.classList.toggle("zoomed", this.view.zoomed);
    this.draw();
  }

  draw() {
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.paint(context, this.view.place(this.ratio));
  }

  /** Everything that lies over the picture; also for a picture to share. */
  paint(context, place) {
    const inside = Math.abs(this.video.currentTime - this.times[this.frame]) < 0.3;
    if (inside) drawFrame(context, this.series, this.frame, place, this.layers);
    this.drawers.forEach((paint) => paint(context, place));
  }

  down(t = this.times[this.frame]) {
    return this.series.contacts.find((c) => c.contact_s <= t && (c.toe_off_s === null || t < c.toe_off_s));
  }

  /** Body lean of this frame, or null while no foot is on the ground. */
  lean() {
    const { curves } = this.series, down = this.down();
    if (curves.stand_lean_deg) return curves.stand_lean_deg[this.frame];
    return down ? curves[`lean_body_${down.side}_deg`]?.[this.frame] ?? null : null;
  }

  trunk() { return this.series.curves.lean_trunk_deg?.[this.frame] ?? null; }

  ground() {
    const down = this.down();
    return say(`review_script.${down ? `${down.side}_foot` : this.series.standing ? "both_feet" : "in_air"}`);
  }

  /** The values at the playhead; the lean of the last contact stays while in the air. */
  say() {
    const clock = this.root.querySelector("[data-clock]");
    const here = { time: number(this.times[this.frame], 3), number: this.frame + 1, count: this.times.length };
    if (clock) clock.textContent = say("review_script.clock", here);
    if (!this.hud) return;
    const lean = this.lean();
    if (lean !== null) this.held = lean;
    const put = (name, text) => { this.hud.querySelector(`[data-hud-${name}]`).textContent = text; };
    put("lean", this.held === null ? "–" : `${number(this.held, 0)}°`);
    put("trunk", this.trunk() === null ? "–" : `${number(this.trunk(), 0)}°`);
    put("ground", this.ground());
  }
}
