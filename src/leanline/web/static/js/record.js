// The recording page: guides the person who holds the phone, films, and hands the film in.
import { Eyes } from "/live/static/eyes.js";
import { Link } from "/live/static/link.js";
import { Film, Rate, openCamera, suffix } from "./camera.js";
import { Level } from "./level.js";
import { showOutbox } from "./outbox_list.js";
import * as outbox from "./outbox.js";
import { written } from "./quantities.js";
import { Voice } from "./voice.js";
import { number, say } from "./words.js";

const $ = (id) => document.getElementById(id);
const body = document.body;
const LEVEL_DEG = 1;
const SHOW_EVERY_MS = 150;
const LOOK_EVERY_MS = 250;
const REMARK_EVERY_MS = 8000;
// Below this contact times are told in steps too coarse; the same as in the advice on clips.
const GOOD_RATE = 50;
// Of the rate that was promised.
const SLOWED = 0.8;
// Checks of the live page that this page makes with better means, or that do not hold for it.
const NOT_HERE = new Set(["level", "rate", "person"]);
const CAMERA_ERRORS = { NotAllowedError: "refused", NotFoundError: "missing", NotReadableError: "silent", InsecureError: "insecure" };

const video = $("preview");
const form = document.querySelector("[data-who]");
const level = new Level();
const voice = new Voice();
const rate = new Rate();
const link = new Link(new URL("/live/ws", location).href.replace(/^http/, "ws"), () => ({ mode: kind() === "stand" ? "stand" : "run", cue: "none" }));
const eyes = new Eyes(video, (...picture) => link.picture(...picture), maySend);

let stream = null, film = null, awake = null, checks = [], asked = 0, shown = 0, ticking = 0, noSensor = "";
let phase = "setup"; // setup, ready, counting, filming

const kind = () => form.querySelector("[name=kind]:checked").value;
const light = document.createElement("canvas");

function maySend() {
  const now = performance.now();
  if (phase !== "ready" || !link.ready || document.hidden || now - asked < LOOK_EVERY_MS) return false;
  asked = now;
  return true;
}

// ---- camera

async function open() {
  $("problem").hidden = true;
  voice.say(""); // a press of a button lets browsers speak from now on
  const sensor = level.start();
  try {
    stream = await openCamera();
    await sensor;
    await eyes.openStream(stream);
  } catch (error) {
    $("problem").hidden = false;
    $("problem").textContent = say(`record_script.camera_${CAMERA_ERRORS[error.name] ?? "failed"}`);
    return;
  }
  stream.getVideoTracks()[0].addEventListener("ended", () => { if (phase === "filming") finish("cut"); else close(); });
  $("picture").style.aspectRatio = `${video.videoWidth} / ${video.videoHeight}`;
  rate.watch(video);
  enter("ready");
  $("camera").scrollIntoView({ block: "start" });
  link.open();
  stayAwake();
}

function close() {
  link.close();
  eyes.close();
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  awake?.release().catch(() => null);
  awake = null;
  enter("setup");
}

async function stayAwake() {
  awake = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
}

function enter(next) {
  phase = next;
  body.dataset.phase = next;
  $("who").hidden = next !== "setup";
  $("camera").hidden = next === "setup";
  $("start").hidden = next !== "ready";
  $("stop").hidden = next === "setup" || next === "ready";
  $("close").disabled = next !== "ready";
}

// ---- what is checked before filming

link.addEventListener("message", ({ detail }) => {
  if (detail.type !== "reading") return;
  eyes.answered(detail.number, detail.server_ms);
  if (detail.checks) checks = detail.checks.filter(({ id, state }) => !NOT_HERE.has(id) || (id === "person" && state === "change"));
});
link.addEventListener("closed", () => { eyes.forget(); checks = []; });

level.addEventListener("missing", ({ detail }) => { noSensor = detail; $("level").hidden = true; });
level.addEventListener("reading", () => {
  const now = performance.now();
  if (now - shown < SHOW_EVERY_MS) return;
  shown = now;
  noSensor = "";
  $("level").hidden = false;
  const off = Math.abs(level.roll);
  $("level").dataset.state = off < LEVEL_DEG ? "good" : "change";
  $("bubble").setAttribute("transform", `rotate(${-Math.max(-45, Math.min(45, level.roll))})`);
  $("level-text").textContent = off < LEVEL_DEG ? say("record_script.level")
    : say("record_script.tilted", { degrees: number(off, 0), way: say(`record_script.${level.roll > 0 ? "left" : "right"}`) });
});

function ownChecks() {
  const rows = [];
  const promised = stream?.getVideoTracks()[0].getSettings().frameRate ?? 0;
  const now = rate.value ?? promised;
  const values = { rate: number(now, 0), promised: number(promised, 0), width: video.videoWidth, height: video.videoHeight };
  if (now < SLOWED * promised) rows.push(["rate", "note", say("record_script.rate_dark", values)]);
  else rows.push(["rate", now < GOOD_RATE ? "note" : "good", say(now < GOOD_RATE ? "record_script.rate_low" : "record_script.rate", values)]);
  if (noSensor) rows.push(["level", "note", say(`record_script.${noSensor}`)]);
  if (!link.ready) {
    rows.push(["pose", "note", say("record_script.no_pose")]);
    const grey = brightness();
    const { dark, bright } = $("picture").dataset;
    if (grey < Number(dark)) rows.push(["light", "change", say("record_script.dark")]);
    else if (grey > Number(bright)) rows.push(["light", "change", say("record_script.bright")]);
  }
  return rows.map(([id, state, text]) => ({ id, state, text }));
}

/** Mean of the picture, 0 to 255. */
function brightness() {
  [light.width, light.height] = [32, 32];
  const drawn = light.getContext("2d", { willReadFrequently: true });
  drawn.drawImage(video, 0, 0, 32, 32);
  const { data } = drawn.getImageData(0, 0, 32, 32);
  let sum = 0;
  for (let k = 0; k < data.length; k += 4) sum += data[k] + data[k + 1] + data[k + 2];
  return sum / (0.75 * data.length);
}

function showChecks() {
  if (phase !== "ready") return;
  const behind = kind() === "behind";
  const rows = [...checks.filter(({ id }) => !behind || id !== "side"), ...ownChecks()];
  const before = [...$("checks").children].map((row) => row.textContent).join();
  if (rows.map((row) => row.text).join() !== before) {
    $("checks").replaceChildren(...rows.map(({ id, state, text }) => {
      const row = document.createElement("li");
      row.dataset.id = id;
      row.dataset.state = state;
      row.textContent = text;
      return row;
    }));
  }
  const wrong = rows.find(({ state }) => state === "change");
  $("picture").dataset.fits = wrong ? "no" : checks.length ? "yes" : "";
  if (wrong) voice.remark(wrong.text, REMARK_EVERY_MS);
}

// ---- filming

async function count() {
  enter("counting");
  link.close();
  for (let left = Number($("countdown").value); left > 0; left--) {
    $("count").textContent = left;
    if (left <= 3 || left % 5 === 0) voice.say(String(left));
    await new Promise((end) => { ticking = setTimeout(end, 1000); });
    if (phase !== "counting") return;
  }
  begin();
}

function begin() {
  level.keep();
  film = new Film(stream);
  const began = performance.now();
  enter("filming");
  voice.say(say("record_script.go"));
  const seconds = Number($("length").value);
  const show = () => {
    if (phase !== "filming") return;
    const gone = (performance.now() - began) / 1000;
    $("count").textContent = say("record_script.seconds", { seconds: number(Math.max(0, seconds - gone), 0) });
    if (gone >= seconds) finish();
    else ticking = setTimeout(show, 100);
  };
  show();
}

async function finish(why = "") {
  clearTimeout(ticking);
  const roll = level.kept();
  const blob = await film.stop();
  film = null;
  $("count").textContent = "";
  if (stream?.active) { enter("ready"); link.open(); } else close();
  voice.say(say(why ? `record_script.${why}` : "record_script.filmed"));
  $("outcome").textContent = why ? say(`record_script.${why}`) : "";
  const stamp = new Date().toLocaleString("sv").replace(/[-:]/g, "").replace(" ", "-");
  const name = `run-${stamp}.${suffix(blob)}`;
  try {
    await outbox.add(blob, name, order(roll));
  } catch {
    $("outcome").textContent = say("record_script.no_room");
    const kept = document.createElement("a");
    Object.assign(kept, { href: URL.createObjectURL(blob), download: name, textContent: name });
    $("outcome").append(" ", kept);
    return;
  }
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => null);
  outbox.sendAll().catch(() => null);
}

function stop() {
  if (phase === "counting") {
    clearTimeout(ticking);
    $("count").textContent = "";
    enter("ready");
    link.open();
  } else if (phase === "filming") finish();
}

/** What goes with the film. */
function order(roll) {
  const told = new FormData(form);
  const wish = (name) => (told.get(name) ?? "").trim();
  const settings = { slow_motion: 1 }; // what a browser films is in real time
  if (wish("height_m")) settings.height_m = wish("height_m");
  if (wish("speed_mps")) settings.speed_mps = written(wish("speed_mps"), wish("speed_unit"));
  if (kind() === "stand") settings.activity = "standing";
  if (roll) Object.assign(settings, { phone_roll_deg: roll.mean, phone_roll_sd_deg: roll.sd });
  const made = { file_dated_at: new Date().toISOString(), settings };
  if (wish("athlete") === "new" && wish("new_name")) made.athlete_name = wish("new_name");
  else if (wish("athlete") && wish("athlete") !== "new") made.athlete_id = wish("athlete");
  return made;
}

// ---- controls

const KEPT = ["countdown", "length"];
for (const id of KEPT) {
  $(id).value = localStorage.getItem(`record.${id}`) ?? $(id).value;
  $(id).addEventListener("change", () => localStorage.setItem(`record.${id}`, $(id).value));
}
$("voice").checked = localStorage.getItem("record.voice") !== "false" && voice.able;
$("voice").disabled = !voice.able;
const mute = () => {
  voice.mute(!$("voice").checked);
  localStorage.setItem("record.voice", String($("voice").checked));
};
$("voice").addEventListener("change", mute);
voice.mute(!$("voice").checked);
const athlete = form.querySelector("[name=athlete]"), fresh = form.querySelector("[data-new-athlete]");
const toggle = () => { fresh.hidden = athlete.value !== "new"; };
athlete.addEventListener("change", toggle);
toggle();
form.addEventListener("submit", (event) => { event.preventDefault(); open(); });
$("start").onclick = count;
$("stop").onclick = stop;
$("close").onclick = close;
// A camera stops when the page is hidden; what was filmed until then is kept.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    if (phase === "filming") finish("cut");
    else if (phase === "counting") stop();
  } else if (phase !== "setup") {
    stayAwake();
    video.play().catch(() => null);
  }
});
addEventListener("beforeunload", (event) => { if (phase === "filming") event.preventDefault(); });
setInterval(showChecks, 500);
showOutbox($("outbox"));
$("open").disabled = false;
