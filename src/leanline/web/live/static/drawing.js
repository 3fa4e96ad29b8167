// The picture that was measured, and over it the lean line, the plumb line and the band.

const GOOD = "#19c58f";
const BAD = "#ff7a33";
const LINE = "#ffffff";
const JOINTS = ["ankle", "knee", "hip", "shoulder", "ear"];

export function draw(canvas, picture, reading, tone) {
  const { width, height } = picture;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  if (reading.marks) front(pen, reading.marks, width, height);
  const line = reading.line;
  if (!line) return;
  const at = (name) => line[name] && line[name][0] !== null && place(line[name], width, height);
  const points = Object.fromEntries(JOINTS.map((name) => [name, at(name)]));
  const foot = points.ankle;
  const long = 1.18 * Math.hypot(points.shoulder[0] - foot[0], points.shoulder[1] - foot[1]);
  const thick = Math.max(2, height / 180);
  pen.lineCap = pen.lineJoin = "round";
  band(pen, foot, line, long);
  plumb(pen, foot, line.up, long, thick);
  body(pen, points, thick, tone === "bad" ? BAD : tone === "good" ? GOOD : LINE);
}

const BONES = [
  ["shoulder", "elbow"], ["elbow", "wrist"], ["shoulder", "hip"],
  ["hip", "knee"], ["knee", "ankle"], ["heel", "foot_index"],
];

// From in front: the skeleton, the line between the feet, the hips' breadth on it, the weight.
function front(pen, marks, width, height) {
  const thick = Math.max(2, height / 180);
  pen.lineCap = pen.lineJoin = "round";
  const at = (name) => marks.joints[name] && place(marks.joints[name], width, height);
  const bone = (from, to) => {
    if (!at(from) || !at(to)) return;
    stroke(pen, [at(from), at(to)], 2.4 * thick, "#000a");
    stroke(pen, [at(from), at(to)], 1.1 * thick, "#cfd6dd");
  };
  for (const side of ["left", "right"]) for (const [from, to] of BONES) bone(`${side}_${from}`, `${side}_${to}`);
  for (const part of ["shoulder", "hip"]) bone(`left_${part}`, `right_${part}`);
  const share = (point) => place(point, width, height);
  const ground = marks.ground.map(share);
  stroke(pen, ground, 3 * thick, "#000a");
  stroke(pen, ground, 1.6 * thick, LINE);
  for (const point of marks.hips.map(share)) tick(pen, point, ground, 7 * thick, GOOD, thick);
  if (marks.weight) tick(pen, share(marks.weight), ground, 10 * thick, BAD, thick);
}

// A stroke across the line between the feet.
function tick(pen, [x, y], [left, right], reach, colour, thick) {
  const long = Math.hypot(right[0] - left[0], right[1] - left[1]) || 1;
  const across = [(reach * (right[1] - left[1])) / long, (-reach * (right[0] - left[0])) / long];
  const ends = [[x - across[0], y - across[1]], [x + across[0], y + across[1]]];
  stroke(pen, ends, 3.2 * thick, "#000a");
  stroke(pen, ends, 1.8 * thick, colour);
}

function place(share, width, height) {
  return [share[0] * width, share[1] * height];
}

function turned(up, degrees, ahead) {
  const angle = (ahead * degrees * Math.PI) / 180;
  const [x, y] = up;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}

function band(pen, foot, line, long) {
  pen.beginPath();
  pen.moveTo(...foot);
  const [low, high] = pen.canvas.dataset.band.split(" ").map(Number);
  for (let degrees = low; degrees <= high; degrees += 1) {
    const [x, y] = turned(line.up, degrees, line.ahead);
    pen.lineTo(foot[0] + long * x, foot[1] + long * y);
  }
  pen.closePath();
  pen.fillStyle = "#19c58f66";
  pen.fill();
}

function plumb(pen, foot, up, long, thick) {
  stroke(pen, [foot, [foot[0] + long * up[0], foot[1] + long * up[1]]], 0.6 * thick, "#fffc", [
    3 * thick,
    2.5 * thick,
  ]);
}

function body(pen, points, thick, colour) {
  const chain = JOINTS.map((name) => points[name]).filter(Boolean);
  stroke(pen, chain, 2.6 * thick, "#000a");
  stroke(pen, chain, 0.9 * thick, "#cfd6dd");
  stroke(pen, [points.ankle, points.shoulder], 2.8 * thick, "#000a");
  stroke(pen, [points.ankle, points.shoulder], 1.7 * thick, colour);
  for (const point of chain) {
    pen.beginPath();
    pen.arc(...point, 1.7 * thick, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.strokeStyle = "#000a";
    pen.lineWidth = 0.5 * thick;
    pen.fill();
    pen.stroke();
  }
}

function stroke(pen, points, width, colour, dash = []) {
  pen.beginPath();
  points.forEach((point, k) => (k ? pen.lineTo(...point) : pen.moveTo(...point)));
  pen.setLineDash(dash);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke();
  pen.setLineDash([]);
}
