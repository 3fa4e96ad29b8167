// The marks on the clip, as in the film that `leanline analyze --overlay` makes.
const COLOURS = { left: "#56b4e9", right: "#e69f00" };
const FAR = { left: "#346c8c", right: "#8a5f00" };
const YELLOW = "#ffd447", GREEN = "rgba(47,199,155,.4)";
const JOINTS = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index"];

/** What can be drawn, each for itself. */
export const LAYERS = ["skeleton", "lean", "plumb", "ground"];

/** Draw frame `i`; `place` maps the clip's pixels to the canvas' (see view.js). */
export function drawFrame(context, series, i, place, layers) {
  const { unit } = place;
  const at = (name) => {
    const p = series.points[name];
    if (!p || p[0][i] === null || p[1][i] === null) return null;
    return place.at(p[0][i], p[1][i]);
  };
  const mid = (part) => {
    const l = at(`left_${part}`), r = at(`right_${part}`);
    return l && r ? [0.5 * (l[0] + r[0]), 0.5 * (l[1] + r[1])] : l ?? r ?? at(`mid_${part}`);
  };
  context.lineCap = "round";
  if (layers.has("skeleton")) skeleton(context, series, at, unit);
  const t = series.time_s[i], shoulder = mid("shoulder");
  const down = series.contacts.filter((c) => c.contact_s <= t && (c.toe_off_s === null || t < c.toe_off_s));
  if (layers.has("ground")) down.forEach((c) => bar(context, at, c.side, place.turn(series.up), unit));
  const feet = series.standing ? [mid("ankle")] : down.map((c) => at(`${c.side}_ankle`));
  for (const foot of feet) if (foot && shoulder) lean(context, series, foot, shoulder, place, layers);
}

function skeleton(context, series, at, unit) {
  const near = series.near ?? "right", far = near === "right" ? "left" : "right";
  for (const side of [far, near]) {
    const colour = side === near || !series.near ? COLOURS[side] : FAR[side];
    const width = side === near ? 1.6 * unit : 1.1 * unit;
    for (const [a, b] of series.bones) {
      if (a.startsWith(side)) line(context, at(a), at(b), colour, width);
    }
    for (const part of JOINTS) dot(context, at(`${side}_${part}`), colour, (side === near ? 2 : 1.5) * unit);
  }
}

/** Lean line, plumb line, and the coaching band as a wedge. */
function lean(context, series, foot, shoulder, place, layers) {
  const { unit } = place, up = place.turn(series.up), forward = place.turn(series.forward);
  const dx = shoulder[0] - foot[0], dy = shoulder[1] - foot[1];
  const angle = Math.atan2(dx * forward[0] + dy * forward[1], dx * up[0] + dy * up[1]);
  const length = 1.32 * Math.hypot(dx, dy);
  const end = (a) => [0, 1].map((k) => foot[k] + length * (Math.cos(a) * up[k] + Math.sin(a) * forward[k]));
  if (series.standing && layers.has("lean")) {
    context.beginPath();
    context.moveTo(...foot);
    for (let n = 0; n <= 6; n++) {
      const [low, high] = series.band_deg;
      context.lineTo(...end(((low + (n / 6) * (high - low)) * Math.PI) / 180));
    }
    context.closePath();
    context.fillStyle = GREEN;
    context.fill();
  }
  if (layers.has("plumb")) {
    context.setLineDash([3 * unit, 3 * unit]);
    line(context, foot, end(0), "#fff", 0.9 * unit);
    context.setLineDash([]);
  }
  if (!layers.has("lean")) return;
  line(context, foot, end(angle), YELLOW, 1.9 * unit);
  const tip = end(angle);
  write(context, degrees(angle), tip[0] + 3 * unit, Math.max(tip[1], 36 * unit), YELLOW, unit);
}

export const degrees = (radians) => `${((radians * 180) / Math.PI).toFixed(0).replace("-", "−")}°`;

/** Text that can be read on any picture. */
export function write(context, text, x, y, colour, unit) {
  context.font = `700 ${Math.round(10 * unit)}px system-ui,sans-serif`;
  context.lineWidth = 2 * unit;
  context.lineJoin = "round";
  context.strokeStyle = "rgba(0,0,0,.75)";
  context.fillStyle = colour;
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function bar(context, at, side, up, unit) {
  const heel = at(`${side}_heel`), toe = at(`${side}_foot_index`);
  if (!heel || !toe) return;
  const under = 0.1 * Math.hypot(toe[0] - heel[0], toe[1] - heel[1]);
  const down = (p) => [p[0] - under * up[0], p[1] - under * up[1]];
  line(context, down(heel), down(toe), COLOURS[side], 3 * unit);
}

export function line(context, a, b, colour, width) {
  if (!a || !b) return;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(...a);
  context.lineTo(...b);
  context.stroke();
}

export function dot(context, p, colour, radius) {
  if (!p) return;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(p[0], p[1], radius, 0, 2 * Math.PI);
  context.fill();
}
