// Plots along the clip and over the weeks (uPlot).
/* global uPlot */
import { number, say } from "./words.js";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = () => matchMedia("(prefers-color-scheme:dark)").matches;

export const colours = () => ({
  left: dark() ? "#56b4e9" : "#0072b2",
  right: dark() ? "#e69f00" : "#c25b00",
  trunk: dark() ? "#a9b1bb" : "#5f6670",
  band: dark() ? "rgba(47,199,155,.2)" : "rgba(0,158,115,.16)",
  ink: css("--ink"), soft: css("--soft"), line: css("--line"), accent: css("--accent"), ci: css("--ci"),
});

// A tick as short as it can be written.
const local = (v) => number(v, (String(v).split(".")[1] ?? "").length);

const axis = (c, more) => ({ stroke: c.soft, grid: { stroke: c.line, width: 1 }, ticks: { stroke: c.line, width: 1 },
  font: "12px system-ui,sans-serif", labelFont: "12px system-ui,sans-serif", ...more });

/** A stripe behind the curves, from `low` to `high`. */
export const stripe = (low, high, fill) => ({ hooks: { drawClear: [(u) => {
  const top = u.valToPos(high, "y", true), bottom = u.valToPos(low, "y", true);
  u.ctx.save();
  u.ctx.fillStyle = fill;
  u.ctx.beginPath();
  u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  u.ctx.clip();
  u.ctx.fillRect(u.bbox.left, top, u.bbox.width, bottom - top);
  u.ctx.restore();
}] } });

/** Leans along the clip; a click or a drag on it shows that moment. */
export function leanPlot(box, series, onSeek) {
  const nothing = { cursor() {}, resize() {} };
  if (!box || typeof uPlot === "undefined") return nothing;
  const c = colours(), names = Object.keys(series.curves);
  const look = {
    lean_body_left_deg: ["review_script.plot_left", c.left],
    lean_body_right_deg: ["review_script.plot_right", c.right],
    stand_lean_deg: ["review_script.plot_stand", c.ink],
    lean_trunk_deg: ["review_script.plot_trunk", c.trunk],
  };
  const shown = names.filter((n) => look[n]);
  if (!shown.length) return nothing;
  const size = () => ({ width: Math.max(240, box.clientWidth), height: 190 });
  const plot = new uPlot({
    ...size(),
    // The band is always in view.
    scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(low ?? 0, 0) - 1, Math.max(high ?? 0, series.band_deg[1]) + 2] } },
    axes: [axis(c, { values: (_, v) => v.map((t) => `${local(t)} s`) }),
      axis(c, { size: 46, values: (_, v) => v.map((d) => `${local(d)}°`) })],
    series: [{ label: say("review_script.plot_time"), value: (_, v) => (v === null || v === undefined ? "" : `${number(v, 2)} s`) },
      ...shown.map((n) => ({ label: say(look[n][0]), stroke: look[n][1], width: 2, spanGaps: false,
        dash: n === "lean_trunk_deg" ? [3, 3] : n.includes("right") ? [8, 3] : undefined,
        points: { show: false }, value: (_, v) => (v === null || v === undefined ? "–" : `${number(v, 1)}°`) }))],
    cursor: { drag: { x: false, y: false }, bind: {
      mousedown: (u, _target, handler) => (e) => { handler(e); seekTo(u); },
    } },
    plugins: [stripe(...series.band_deg, c.band), now()],
    legend: { live: false },
  }, [series.time_s, ...shown.map((n) => series.curves[n])], box);
  function seekTo(u) {
    const x = u.cursor.left;
    if (x !== undefined && x >= 0) onSeek(u.posToVal(x, "x"));
  }
  let at = null;
  function now() {
    return { hooks: { draw: [(u) => {
      if (at === null) return;
      const x = u.valToPos(at, "x", true);
      u.ctx.save();
      u.ctx.setLineDash([]);
      u.ctx.strokeStyle = c.ink;
      u.ctx.lineWidth = 1.5 * devicePixelRatio;
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    }] } };
  }
  return {
    cursor(t) { at = t; plot.redraw(false, false); },
    resize() { plot.setSize(size()); },
  };
}

const locale = () => (document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang);
const day = (t) => new Date(t * 1000).toLocaleDateString(locale(), { day: "numeric", month: "short" });
const hour = (t) => new Date(t * 1000).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
const MIN_SPAN_S = { day: 86400, hour: 1800 };

/** What the time axis of points in order tells: hours if several are of one day, days otherwise. */
export function timeAxis(points) {
  const first = points[0].at, last = points[points.length - 1].at;
  const hours = last > first && day(first) === day(last) && last - first < MIN_SPAN_S.day;
  const room = 0.06 * Math.max(last - first, MIN_SPAN_S[hours ? "hour" : "day"]);
  return { label: hours ? hour : day, range: [first - room, last + room] };
}

/** One metric over the sessions: points with their 95 % intervals. */
export function trendPlot(box, trend) {
  if (typeof uPlot === "undefined" || !trend.points.length) return;
  const c = colours(), p = trend.points;
  const data = [p.map((d) => d.at), p.map((d) => (d.comparable ? d.value : null)),
    p.map((d) => (d.comparable ? null : d.value))];
  const lows = p.map((d) => d.low ?? d.value), highs = p.map((d) => d.high ?? d.value);
  let low = Math.min(...lows), high = Math.max(...highs);
  const pad = Math.max(0.12 * (high - low), trend.pad ?? 0.5);
  low -= pad; high += pad;
  const time = timeAxis(p);
  const size = () => ({ width: Math.max(240, box.clientWidth), height: 210 });
  const bars = { hooks: { draw: [(u) => {
    u.ctx.save();
    u.ctx.strokeStyle = c.ci;
    u.ctx.lineWidth = 3 * devicePixelRatio;
    for (const d of p) {
      if (d.low === null || d.high === null) continue;
      const x = u.valToPos(d.at, "x", true);
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.valToPos(d.low, "y", true));
      u.ctx.lineTo(x, u.valToPos(d.high, "y", true));
      u.ctx.stroke();
    }
    u.ctx.restore();
  }] } };
  const plot = new uPlot({
    ...size(),
    scales: { x: { time: true, range: time.range }, y: { range: [low, high] } },
    axes: [axis(c, { space: 70, values: (_, v) => v.map(time.label) }), axis(c, { size: 56, values: (_, v) => v.map((n) => local(n) + trend.unit) })],
    series: [{},
      { label: trend.name, stroke: c.accent, width: 2, spanGaps: true, points: { show: true, size: 10, fill: c.accent, stroke: c.accent } },
      { label: say("trend_script.not_comparable"), stroke: c.soft, paths: () => null, points: { show: true, size: 9, fill: css("--card"), stroke: c.soft, width: 2 } }],
    plugins: [...(trend.band ? [stripe(...trend.band, c.band)] : []), bars],
    legend: { show: false },
    cursor: { show: true, drag: { x: false, y: false }, points: { show: false } },
  }, data, box);
  addEventListener("resize", () => plot.setSize(size()));
}
