// Measuring by hand on a frame: an angle, a line, a line against the true vertical; drawing; notes.
import { call, element } from "./api.js";
import { dot, line, write } from "./overlay.js";
import { shareFilm, sharePicture } from "./share.js";
import { number, say } from "./words.js";

const NEEDED = { angle: 3, line: 2, plumb: 2, note: 1 };
const REACH_PX = 44; // of a thumb
const COLOUR = "#ff8ad0";

export async function measuring(player) {
  const panel = document.querySelector("[data-measure]");
  if (!panel) return;
  const kept = await call("GET", panel.dataset.measure);
  const bench = new Bench(player, panel, kept);
  player.drawers.push((context, place) => bench.paint(context, place));
  panel.addEventListener("toggle", () => { if (!panel.open) bench.drop(); });
  bench.list();
  player.draw();
}

/** What a mark says, in degrees; null for what has no value. */
export function valueOf({ kind, points }, series) {
  if (points.length < (NEEDED[kind] ?? 1) || kind === "sketch" || kind === "note") return null;
  const away = (a, b) => [b[0] - a[0], b[1] - a[1]];
  const turned = (u, v) => Math.atan2(u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]);
  const degrees = (radians) => (radians * 180) / Math.PI;
  if (kind === "angle") return Math.abs(degrees(turned(away(points[1], points[0]), away(points[1], points[2]))));
  const [low, high] = [...points].sort((a, b) => b[1] - a[1]), v = away(low, high);
  const along = (axis) => v[0] * axis[0] + v[1] * axis[1];
  // Against the vertical: forward is positive, as leans are. A line: its slope against the level.
  if (kind === "plumb") return degrees(Math.atan2(along(series.forward), along(series.up)));
  return degrees(Math.atan2(along(series.up), Math.abs(along(series.forward))));
}

class Bench {
  constructor(player, panel, kept) {
    this.player = player;
    this.panel = panel;
    this.kept = kept;
    this.draft = null;
    const find = (name) => panel.querySelector(`[data-m="${name}"]`);
    this.find = find;
    panel.querySelectorAll("[data-kind]").forEach((b) => b.addEventListener("click", () => this.begin(b.dataset.kind)));
    find("keep").addEventListener("click", () => this.keep());
    find("cancel").addEventListener("click", () => this.drop());
    find("text").addEventListener("input", () => { if (this.draft) { this.draft.text = find("text").value.trim(); this.changed(); } });
    find("share").addEventListener("click", () => sharePicture(player).catch((error) => this.says(error.message)));
    shareFilm(player, find("film"), (text) => this.says(text));
    this.changed();
  }

  says(text) { this.find("says").textContent = text; }

  begin(kind) {
    const { player } = this;
    player.pause();
    this.draft = { kind, points: [], time_s: player.times[player.frame], text: "" };
    this.find("text").value = "";
    player.take(this);
    this.changed();
  }

  drop() {
    this.draft = null;
    if (this.player.tool === this) this.player.take(null);
    this.changed();
  }

  dropped() { this.draft = null; this.changed(); }

  /** A finger comes down: on a point to move it, else to set the next one. */
  down(point, stage) {
    const { draft, player } = this;
    if (!draft) return false;
    if (draft.kind === "sketch") { draft.points = [point]; this.held = -1; return true; }
    const away = draft.points.map((p) => {
      const [x, y] = player.view.toStage(p);
      return Math.hypot(x - stage[0], y - stage[1]);
    });
    const near = away.indexOf(Math.min(...away, REACH_PX));
    if (near >= 0) this.held = near;
    else if (draft.points.length < NEEDED[draft.kind]) this.held = draft.points.push(point) - 1;
    else return false;
    this.changed();
    return true;
  }

  move(point) {
    if (this.draft.kind === "sketch") this.draft.points.push(point);
    else this.draft.points[this.held] = point;
    this.changed();
  }

  up() { this.changed(); }
  cancel() { if (this.draft?.kind !== "sketch") this.draft?.points.splice(this.held, 1); this.changed(); }

  get done() {
    const { draft } = this;
    if (!draft) return false;
    if (draft.kind === "note") return draft.points.length === 1 && draft.text !== "";
    return draft.points.length >= (NEEDED[draft.kind] ?? 2);
  }

  changed() {
    const { draft, find } = this, kind = draft?.kind;
    this.panel.querySelectorAll("[data-kind]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.kind === kind)));
    find("draft").hidden = !draft;
    find("note").hidden = kind !== "note";
    find("keep").disabled = !this.done;
    const value = draft && valueOf(draft, this.player.series);
    this.says(!draft ? "" : value !== null && this.done ? `${number(value, 1)}°` : say(`measure_script.${kind}`));
    this.player.draw();
  }

  async keep() {
    const points = this.draft.points.map((p) => p.map((v) => Math.round(v * 10) / 10));
    try {
      this.kept.push(await call("POST", this.panel.dataset.measure, { ...this.draft, points }));
      this.drop();
      this.list();
    } catch (error) { this.says(`${error.message} ${error.hint ?? ""}`); }
  }

  async remove(mark) {
    await call("DELETE", `${this.panel.dataset.measure}/${mark.id}`);
    this.kept = this.kept.filter((one) => one !== mark);
    this.list();
    this.player.draw();
  }

  describe(mark) {
    if (mark.kind === "note") return mark.text;
    const value = valueOf(mark, this.player.series), name = say(`measure_script.${mark.kind}_name`);
    return value === null ? name : `${name}: ${number(value, 1)}°`;
  }

  list() {
    this.kept.sort((a, b) => a.time_s - b.time_s);
    this.find("kept").replaceChildren(...this.kept.map((mark) => element("li", {},
      element("button", { type: "button", class: "link", onclick: () => this.player.seek(mark.time_s) }, `${number(mark.time_s, 3)} s`),
      " ", element("span", {}, this.describe(mark)), " ",
      element("button", { type: "button", onclick: () => this.remove(mark) }, say("measure_script.delete")))));
  }

  /** The marks of this frame, and the one being made. */
  paint(context, place) {
    const { player, draft } = this;
    for (const mark of this.kept) if (player.nearest(mark.time_s) === player.frame) this.one(context, place, mark, false);
    if (draft) this.one(context, place, draft, true);
  }

  one(context, place, mark, handles) {
    const { unit } = place, at = mark.points.map((p) => place.at(...p));
    if (!at.length) return;
    for (let k = 1; k < at.length; k++) line(context, at[k - 1], at[k], COLOUR, 1.8 * unit);
    if (mark.kind === "plumb" && at.length === 2) plumb(context, place, this.player.series, at);
    if (mark.kind !== "sketch") at.forEach((p) => dot(context, p, COLOUR, (handles ? 4 : 2.5) * unit));
    const value = valueOf(mark, this.player.series);
    const text = mark.kind === "note" ? mark.text : value === null ? "" : `${number(value, 1)}°`;
    const beside = at[mark.kind === "angle" ? 1 : at.length - 1];
    if (text) write(context, text, beside[0] + 7 * unit, beside[1] - 5 * unit, "#fff", unit);
  }
}

/** The true vertical through the lower end. */
function plumb(context, place, series, at) {
  const low = at[0][1] > at[1][1] ? at[0] : at[1], up = place.turn(series.up);
  const length = Math.hypot(at[0][0] - at[1][0], at[0][1] - at[1][1]);
  context.setLineDash([3 * place.unit, 3 * place.unit]);
  line(context, low, [low[0] + length * up[0], low[1] + length * up[1]], "#fff", place.unit);
  context.setLineDash([]);
}
