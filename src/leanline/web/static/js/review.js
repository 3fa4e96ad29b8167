// The result's page: clip, drawing, plots and numbers in step, frame by frame.
import { drawFrame } from "./overlay.js";
import { leanPlot } from "./plots.js";
import { corrections } from "./correct.js";
import { number, say } from "./words.js";

const root = document.querySelector("[data-review]");
if (root) start(root);

async function start(root) {
  const answer = await fetch(root.dataset.series, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const series = await answer.json();
  const video = root.querySelector("video");
  const review = new Review(root, video, series);
  review.listen();
  corrections(root, review);
  if (video.readyState >= 1) review.ready();
  else video.addEventListener("loadedmetadata", () => review.ready(), { once: true });
  root.dataset.ready = "yes";
}

/** Index of the last time that is not after `t` (with a little tolerance). */
export function indexAt(times, t) {
  let low = 0, high = times.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (times[mid] <= t + 5e-4) low = mid; else high = mid - 1;
  }
  return low;
}

class Review {
  constructor(root, video, series) {
    this.root = root;
    this.video = video;
    this.series = series;
    this.times = series.time_s;
    this.frame = 0;
    this.canvas = root.querySelector("canvas");
    this.marks = root.querySelector("[data-marks]");
    this.scrub = root.querySelector("[data-scrub]");
    this.cells = Object.fromEntries(
      [...root.querySelectorAll("[data-now]")].map((cell) => [cell.dataset.now, cell]));
    this.watchers = [];
    this.selected = null;
    this.plot = leanPlot(root.querySelector("[data-plot]"), series, (t) => this.seek(t));
    this.lane = root.querySelector("[data-lane]");
    this.drawLane();
  }

  ready() {
    this.size();
    const wanted = Number(new URLSearchParams(location.search).get("t"));
    this.goTo(indexAt(this.times, Number.isFinite(wanted) ? wanted : 0));
    const tick = (_, meta) => {
      this.show(meta.mediaTime);
      this.video.requestVideoFrameCallback(tick);
    };
    if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
      this.video.requestVideoFrameCallback(tick);
    } else {
      this.video.addEventListener("timeupdate", () => this.show(this.video.currentTime));
    }
    this.show(this.video.currentTime);
  }

  listen() {
    const on = (name, act) =>
      this.root.querySelectorAll(`[data-do="${name}"]`).forEach((b) => b.addEventListener("click", act));
    on("play", () => this.toggle());
    on("back", () => this.step(-1));
    on("forth", () => this.step(1));
    on("event-back", () => this.event(-1));
    on("event-forth", () => this.event(1));
    this.root.querySelector("[data-rate]").addEventListener("change", (e) => {
      this.video.playbackRate = Number(e.target.value);
    });
    this.marks.addEventListener("change", () => this.draw());
    this.scrub.max = String(this.times.length - 1);
    this.scrub.addEventListener("input", () => this.goTo(Number(this.scrub.value)));
    this.video.addEventListener("play", () => this.playing(true));
    this.video.addEventListener("pause", () => this.playing(false));
    addEventListener("resize", () => { this.size(); this.plot.resize(); });
    document.addEventListener("keydown", (e) => this.key(e));
    this.root.querySelectorAll("[data-at]").forEach((link) =>
      link.addEventListener("click", (e) => { e.preventDefault(); this.seek(Number(link.dataset.at)); }));
    document.querySelectorAll("[data-seek]").forEach((link) =>
      link.addEventListener("click", (e) => {
        e.preventDefault();
        this.seek(Number(link.dataset.seek));
        this.root.scrollIntoView({ block: "start" });
      }));
  }

  key(e) {
    if (e.target.closest("input:not([type=range]),textarea,select,dialog") || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.closest("button,a,summary") && (e.key === " " || e.key === "Enter")) return;
    if (e.target.type === "range" && e.key.startsWith("Arrow") && e.target !== this.scrub) return;
    const acts = {
      ArrowLeft: () => this.step(e.shiftKey ? -10 : -1),
      ArrowRight: () => this.step(e.shiftKey ? 10 : 1),
      ",": () => this.step(-1), ".": () => this.step(1),
      ArrowUp: null, ArrowDown: null,
      "[": () => this.event(-1), "]": () => this.event(1),
      " ": () => this.toggle(), k: () => this.toggle(),
      Home: () => this.goTo(0), End: () => this.goTo(this.times.length - 1),
    };
    if (acts[e.key]) { e.preventDefault(); acts[e.key](); }
  }

  toggle() { if (this.video.paused) this.video.play(); else this.video.pause(); }
  playing(yes) {
    const button = this.root.querySelector('[data-do="play"]');
    button.textContent = say(yes ? "review_script.pause" : "review_script.play");
  }

  step(by) { this.video.pause(); this.goTo(this.frame + by); }

  event(by) {
    const moments = this.series.contacts.flatMap((c) => [c.contact_s, c.toe_off_s]).filter((t) => t !== null)
      .sort((a, b) => a - b);
    const here = this.times[this.frame];
    const gap = 0.5 / this.rate();
    const next = by > 0 ? moments.find((t) => t > here + gap)
      : moments.reverse().find((t) => t < here - gap);
    if (next !== undefined) { this.video.pause(); this.seek(next); }
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
    this.scrub.value = String(this.frame);
    this.draw();
    this.say();
    this.plot.cursor(this.times[this.frame]);
    this.laneCursor();
    this.watchers.forEach((w) => w(this));
  }

  size() {
    const box = this.canvas.getBoundingClientRect(), ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * ratio);
    this.canvas.height = Math.round(box.height * ratio);
    this.draw();
  }

  /** Where the clip's picture is in the canvas: scale and offsets, canvas pixels. */
  place() {
    const s = this.series, c = this.canvas;
    const scale = Math.min(c.width / s.width, c.height / s.height);
    return { scale, x: 0.5 * (c.width - scale * s.width), y: 0.5 * (c.height - scale * s.height) };
  }

  draw() {
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const inside = Math.abs(this.video.currentTime - this.times[this.frame]) < 0.3;
    if (this.marks.checked && inside) drawFrame(context, this.series, this.frame, this.place());
    this.extra?.(context, this.place());
  }

  say() {
    const s = this.series, i = this.frame, t = this.times[i];
    const put = (name, text) => { if (this.cells[name]) this.cells[name].textContent = text; };
    const degrees = (v) => (v === null || v === undefined ? "–" : `${number(v, 1)}°`);
    put("time", `${number(t, 3)} s`);
    put("frame", say("review_script.frame", { number: i + 1, count: this.times.length }));
    const down = s.contacts.find((c) => c.contact_s <= t && (c.toe_off_s === null || t < c.toe_off_s));
    put("ground", say(`review_script.${down ? `${down.side}_foot` : s.standing ? "both_feet" : "in_air"}`));
    const c = s.curves;
    put("lean", degrees(c.stand_lean_deg ? c.stand_lean_deg[i] : down ? c[`lean_body_${down.side}_deg`]?.[i] : null));
    put("trunk", degrees(c.lean_trunk_deg?.[i]));
    const last = s.steps.filter((p) => p.contact_s <= t).pop();
    put("step", last ? degrees(last.lean_body_deg) : "–");
    put("count", `${s.contacts.filter((p) => p.contact_s <= t).length}`);
    this.root.querySelector("[data-clock]").textContent = say("review_script.clock",
      { time: number(t, 3), number: i + 1, count: this.times.length });
  }

  /** The feet's time on the ground as two rows of bars. */
  drawLane() {
    if (!this.lane) return;
    const end = this.times[this.times.length - 1], start = this.times[0], ns = "http://www.w3.org/2000/svg";
    const x = (t) => (1000 * (t - start)) / Math.max(end - start, 1e-6);
    this.lane.replaceChildren();
    this.series.contacts.forEach((c, n) => {
      const bar = document.createElementNS(ns, "rect");
      const last = c.toe_off_s ?? end;
      bar.setAttribute("x", x(c.contact_s)); bar.setAttribute("width", Math.max(2, x(last) - x(c.contact_s)));
      bar.setAttribute("y", c.side === "left" ? 3 : 19); bar.setAttribute("height", 12);
      bar.setAttribute("class", c.side === "left" ? "l" : "r");
      bar.dataset.contact = n;
      const title = document.createElementNS(ns, "title");
      title.textContent = say(`review_script.${c.side}_on_ground`,
        { from: number(c.contact_s, 3), to: number(last, 3) });
      bar.append(title);
      this.lane.append(bar);
    });
    this.at = document.createElementNS(ns, "line");
    this.at.setAttribute("class", "at"); this.at.setAttribute("y1", 0); this.at.setAttribute("y2", 34);
    this.lane.append(this.at);
    this.lane.onclick = (e) => {
      const box = this.lane.getBoundingClientRect();
      this.seek(start + ((e.clientX - box.left) / box.width) * (end - start));
    };
    this.laneX = x;
  }

  laneCursor() {
    if (!this.at) return;
    const x = this.laneX(this.times[this.frame]);
    this.at.setAttribute("x1", x); this.at.setAttribute("x2", x);
  }
}
