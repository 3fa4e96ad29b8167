// The marks on the clip, as in the film that `leanline analyze --overlay` makes.
const COLOURS = { left: "#56b4e9", right: "#e69f00" };
const FAR = { left: "#346c8c", right: "#8a5f00" };
const YELLOW = "#ffd447", GREEN = "rgba(47,199,155,.4)";
const JOINTS = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index"];

/** Draw frame `i`; `place` takes the clip's pixels to the canvas'. */
export function drawFrame(context, series, i, place) {
  const unit = Math.max(1, 0.0028 * Math.min(series.width, series.height) * place.scale);
  const at = (name) => {
    const p = series.points[name];
    if (!p || p[0][i] === null || p[1][i] === null) return null;
    return [place.x + place.scale * p[0][i], place.y + place.scale * p[1][i]];
  };
  const mid = (part) => {
    const l = at(`left_${part}`), r = at(`right_${part}`);
    return l && r ? [0.5 * (l[0] + r[0]), 0.5 * (l[1] + r[1])] : l ?? r ?? at(`mid_${part}`);
  };
  context.lineCap = "round";
  const near = series.near ?? "right", far = near === "right" ? "left" : "right";
  for (const side of [far, near]) {
    const colour = side === near || !series.near ? COLOURS[side] : FAR[side];
    const width = side === near ? 1.6 * unit : 1.1 * unit;
    for (const [a, b] of series.bones) {
      if (a.startsWith(side)) line(context, at(a), at(b), colour, width);
    }
    for (const part of JOINTS) dot(context, at(`${side}_${part}`), colour, (side === near ? 2 : 1.5) * unit);
  }
  const t = series.time_s[i], shoulder = mid("shoulder");
  const feet = series.standing ? [mid("ankle")] : series.contacts
    .filter((c) => c.contact_s <= t && (c.toe_off_s === null || t < c.toe_off_s))
    .map((c) => { bar(context, series, at, c.side, unit); return at(`${c.side}_ankle`); });
  for (const foot of feet) if (foot && shoulder) lean(context, series, foot, shoulder, unit);
}

/** Lean line, plumb line, and the coaching band as a wedge. */
function lean(context, series, foot, shoulder, unit) {
  const dx = shoulder[0] - foot[0], dy = shoulder[1] - foot[1];
  const [ux, uy] = series.up, [fx, fy] = series.forward;
  const angle = Math.atan2(dx * fx + dy * fy, dx * ux + dy * uy);
  const length = 1.32 * Math.hypot(dx, dy);
  const end = (a) => [
    foot[0] + length * (Math.cos(a) * ux + Math.sin(a) * fx),
    foot[1] + length * (Math.cos(a) * uy + Math.sin(a) * fy),
  ];
  if (series.standing) {
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
  context.setLineDash([3 * unit, 3 * unit]);
  line(context, foot, end(0), "#fff", 0.9 * unit);
  context.setLineDash([]);
  line(context, foot, end(angle), YELLOW, 1.9 * unit);
  const text = `${((angle * 180) / Math.PI).toFixed(0).replace("-", "−")}°`;
  const tip = end(angle);
  context.font = `700 ${Math.round(9 * unit)}px system-ui,sans-serif`;
  context.lineWidth = 2 * unit;
  context.strokeStyle = "rgba(0,0,0,.75)";
  context.fillStyle = YELLOW;
  const x = tip[0] + 3 * unit, y = Math.max(tip[1], 10 * unit);
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function bar(context, series, at, side, unit) {
  const heel = at(`${side}_heel`), toe = at(`${side}_foot_index`);
  if (!heel || !toe) return;
  const under = 0.1 * Math.hypot(toe[0] - heel[0], toe[1] - heel[1]);
  const [ux, uy] = series.up;
  const down = (p) => [p[0] - under * ux, p[1] - under * uy];
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

function dot(context, p, colour, radius) {
  if (!p) return;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(p[0], p[1], radius, 0, 2 * Math.PI);
  context.fill();
}
