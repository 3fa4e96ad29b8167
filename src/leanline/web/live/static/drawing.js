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
