// The live page: puts camera, server, drawing, numbers and sound together.

import { draw } from "./drawing.js";
import { Eyes } from "./eyes.js";
import { Link } from "./link.js";
import { Sound } from "./sound.js";
import { Voice } from "./voice.js";
import * as notices from "./notices.js";
import { number, say } from "./words.js";

const $ = (id) => document.getElementById(id);
const body = document.body;
const SHOW_EVERY_MS = 120;
const KEPT = 90;
const REMARK_EVERY_MS = 8000;
// Below this many frames a second steps are missed; the same as in the picture check.
const SLOW_HZ = 12;
// Problems of the source: another one may be chosen.
const WITH_BACK = new Set(["camera", "lost", "ended", "unplayable"]);

const video = $("video");
const overlay = $("overlay");
const sound = new Sound();
const voice = new Voice();
const link = new Link(new URL("/live/ws", location).href.replace(/^http/, "ws"), wanted);
const eyes = new Eyes(video, (...picture) => link.picture(...picture), () => link.ready && !document.hidden);

let openAgain = null; // opens the same source once more
let shownAt = 0;
let wanting = null; // the problem that is on show
const timings = [];
const arrivals = [];

function wanted() {
  const number = (id) => ($(id).value.trim() === "" ? null : Number($(id).value));
  return {
    mode: body.dataset.mode,
    roll_deg: number("roll"),
    cue: $("about").value,
    target_spm: number("spm"),
    session: Math.max(1, Math.round(number("session") ?? 1)),
  };
}

// ---- what stands over the picture

function notice(name, code, button = "", press = null) {
  wanting = name;
  body.classList.add("noticed");
  $("start-panel").hidden = true;
  $("notice").hidden = false;
  $("notice").dataset.name = name;
  $("notice-title").textContent = say(`live_script.${code}`);
  $("notice-text").textContent = say(`live_script.${code}_hint`);
  $("notice-button").hidden = !button;
  $("notice-button").textContent = button;
  $("notice-button").onclick = press;
  $("notice-back").hidden = !WITH_BACK.has(name);
}

function clearNotice(name) {
  if (name && name !== wanting) return;
  wanting = null;
  body.classList.remove("noticed");
  $("notice").hidden = true;
}

// ---- source

async function start(open) {
  openAgain = open;
  sound.wake();
  try {
    await open();
  } catch (error) {
    if (error.name === "AbortError") return; // another source was chosen meanwhile
    body.dataset.state = "setup";
    const problem = eyes.clip ? "unplayable" : notices.cameraProblem(error.name);
    notice(eyes.clip ? "unplayable" : "camera", problem, say("live_script.retry"), () => start(open));
    return;
  }
  $("start-panel").hidden = true;
  clearNotice();
  body.dataset.state = "checking";
  document.querySelector(".picture").style.aspectRatio = `${video.videoWidth} / ${video.videoHeight}`;
  if (link.ready) link.change();
  else link.open();
  if (!eyes.clip) listCameras();
}

const startCamera = () => start(() => eyes.openCamera($("camera").value));

async function listCameras() {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === "videoinput");
  const chosen = $("camera").value;
  const options = cameras.map((c, k) => new Option(c.label || say("live_script.camera_number", { number: k + 1 }), c.deviceId));
  $("camera").replaceChildren(new Option(say("live_page.default_camera"), ""), ...options);
  $("camera").value = cameras.some((c) => c.deviceId === chosen) ? chosen : "";
}

eyes.addEventListener("lost", () => notice("lost", "lost", say("live_script.retry"), startCamera));
eyes.addEventListener("finished", () => {
  if (eyes.clip) notice("ended", "ended", say("live_script.play_again"), () => start(openAgain));
});
navigator.mediaDevices?.addEventListener("devicechange", () => {
  if (wanting === "lost") startCamera();
});

// ---- server

link.addEventListener("message", ({ detail }) => {
  const hear = { ready, reading, recording, saved, not_saved: notSaved, zero }[detail.type];
  if (hear) hear(detail);
});

link.addEventListener("closed", ({ detail }) => {
  eyes.forget();
  delete body.dataset.drawn;
  resetRecording();
  const takeOver = () => {
    clearNotice();
    link.open(true);
  };
  if (detail === "busy") notice("busy", "busy", say("live_script.use_tab"), takeOver);
  else if (detail === "taken") notice("taken", "taken", say("live_script.use_tab"), takeOver);
  else notice("gone", "gone");
});

function ready() {
  for (const name of ["gone", "busy", "taken"]) clearNotice(name);
  eyes.forget();
  $("record").disabled = false;
}

// ---- readings

function reading(message) {
  const sent = eyes.answered(message.number, message.server_ms);
  const tone = toneOf(message);
  body.dataset.state = message.phase;
  body.dataset.tone = $("colour").checked ? tone : "";
  if (sent) {
    draw(overlay, sent.canvas, message, body.dataset.tone);
    body.dataset.drawn = "";
    const replied = performance.now();
    requestAnimationFrame(() => measured(sent, replied, message.server_ms));
  }
  showCue(message.cue);
  if (message.checks) showChecks(message);
  const now = performance.now();
  if (now - shownAt < SHOW_EVERY_MS) return;
  shownAt = now;
  showFront(message);
  if (body.dataset.mode === "stand") showStand(message);
  else showRun(message);
}

// ---- seen from in front or behind

const inLanguage = (texts) => texts[document.documentElement.lang] ?? texts.en;

function showFront({ front }) {
  if (front) body.dataset.view = "front";
  else delete body.dataset.view;
  if (!front) return;
  const rows = front.verdicts.map((verdict) => {
    const row = document.createElement("li");
    row.dataset.id = verdict.id;
    row.dataset.outcome = verdict.outcome;
    row.textContent = inLanguage(verdict.texts);
    return row;
  });
  const now = [...$("front-words").children].map((row) => row.textContent).join();
  if (rows.map((row) => row.textContent).join() !== now) $("front-words").replaceChildren(...rows);
  $("front-levels").textContent = front.levels.map(inLanguage).join(" ");
}

function toneOf({ phase, cue, stand }) {
  if (phase !== "measuring") return "";
  if (cue) return "bad";
  return stand && stand.leaning && stand.hold_s > 0 && !stand.line.name ? "good" : "";
}

function showCue(cue) {
  const box = $("cue");
  const text = cue ? cue.text : "";
  if (box.textContent !== text) box.textContent = text;
  if (!cue || !cue.rings) return;
  box.dataset.rings = Number(box.dataset.rings) + 1;
  if ($("sound").checked) sound.cue(cue.id);
  voice.say(cue.text);
  document.documentElement.dataset.sounds = sound.played;
}

const one = (value, digits = 1) => (value === null || value === undefined ? "–" : number(value, digits));

function showLean(degrees) {
  const known = degrees !== null && degrees !== undefined;
  $("lean").textContent = one(degrees);
  $("dot").hidden = !known;
  $("lean").parentElement.classList.toggle("unknown", !known);
  if (!known) return;
  const share = Math.min(100, Math.max(0, (100 * degrees) / 15));
  $("dot").style.setProperty("--at", share);
}

function showStand({ posture, stand }) {
  showLean(posture && posture.lean_deg);
  if (!stand) return;
  $("hold").textContent = one(stand.hold_s);
  $("longest").textContent = one(stand.longest_hold_s);
  $("repetitions").textContent = stand.repetitions;
  const name = stand.line.name;
  const known = stand.line.angle_deg !== null;
  $("line").textContent = name ? say(`value.${name}`) : known ? say("live_script.straight") : "–";
  $("line-note").textContent = name
    ? say("live_script.from_straight", { degrees: one(stand.line.angle_deg, 0) })
    : say("live_script.one_line");
}

function showRun({ run, phase, feedback }) {
  body.classList.toggle("blind", !feedback);
  if (!run) return;
  showLean(run.lean_deg);
  $("cadence").textContent = one(run.cadence_spm, 0);
  $("steps").textContent = run.steps;
  $("waist").textContent = one(run.waist_bend_deg);
  $("faster").disabled = run.cadence_spm === null;
  $("faster").dataset.spm = run.cadence_spm === null ? "" : run.cadence_spm;
  const waiting = phase === "measuring" && run.lean_deg === null;
  const wait = ["walking", "standing"].includes(run.activity) ? run.activity : "wait_steps";
  $("run-note").textContent = !feedback
    ? say("live_script.by_feel")
    : say(waiting ? `live_script.${wait}` : "live_page.last_steps");
}

function showChecks({ checks, phase }) {
  const rows = checks.map((check) => {
    const row = document.createElement("li");
    row.dataset.state = check.state;
    row.dataset.id = check.id;
    row.textContent = check.text;
    return row;
  });
  const same = rows.map((r) => r.textContent).join() === [...$("checks").children].map((r) => r.textContent).join();
  if (!same) $("checks").replaceChildren(...rows);
  $("measure").hidden = phase !== "checking";
  $("check").hidden = phase === "checking";
  $("zero").hidden = phase === "checking";
  $("stop").hidden = false;
  const change = checks.find((check) => check.state === "change");
  $("checks-title").textContent = say(change ? "live_script.adjust" : "live_script.good");
  if (change && phase === "checking") voice.remark(change.text, REMARK_EVERY_MS);
}

// Times of one picture, milliseconds: from the camera to the line on the screen, and its parts.
function measured(sent, replied, serverMs) {
  const now = performance.now();
  timings.push({
    whole: now - sent.born,
    waiting: sent.grabbed - sent.born,
    encoding: sent.encoded - sent.grabbed,
    server: serverMs,
    travel: replied - sent.encoded - serverMs,
    drawing: now - replied,
  });
  arrivals.push(now);
  if (timings.length > KEPT) timings.shift();
  while (arrivals[0] < now - 3000) arrivals.shift();
  if (arrivals.length % 8) return;
  const part = (name) => median(timings.map((one) => one[name]));
  const span = now - arrivals[0];
  $("latency").textContent = Math.round(part("whole"));
  $("rate").textContent = span > 0 ? ((1000 * (arrivals.length - 1)) / span).toFixed(0) : "–";
  const parts = ["waiting", "encoding", "travel", "server", "drawing"];
  if (span > 2000) keepUp((1000 * (arrivals.length - 1)) / span);
  const times = Object.fromEntries(parts.map((name) => [name, number(part(name), 0)]));
  $("timing").title = say("live_script.timing", { ...times, rate: number(eyes.rate, 0) });
}

// Say so when too few frames are measured. Smaller pictures help a weak network or phone; the
// session begins anew with them, so they are sent before measuring only.
function keepUp(hz) {
  if (hz >= SLOW_HZ || eyes.rate < 1.2 * hz) {
    if (hz >= SLOW_HZ) $("pace").textContent = "";
    return;
  }
  const smaller = body.dataset.state === "checking" && eyes.shrink();
  if (!smaller && body.dataset.mode !== "run") return; // a stand needs no more
  if (smaller) arrivals.length = 0;
  $("pace").textContent = say(`live_script.${smaller ? "slow" : "still_slow"}`, { rate: number(hz, 0) });
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function zero({ taken }) {
  $("zero-note").textContent = taken
    ? say("live_script.baseline_set")
    : say("live_script.baseline_not_set");
}

// ---- clip

function recording() {
  $("record").setAttribute("aria-pressed", "true");
  $("record").textContent = say("live_script.stop_recording");
  $("record-note").textContent = say("live_script.recording");
  $("saved").hidden = true;
}

function resetRecording() {
  $("record").setAttribute("aria-pressed", "false");
  $("record").textContent = say("live_page.record");
  $("record").disabled = !link.ready;
  $("record-note").textContent = say("live_page.record_note");
}

function saved(message) {
  resetRecording();
  const run = message.run;
  const live = run && run.steps
    ? say("live_script.saved_run", { lean: one(run.lean_deg), cadence: one(run.cadence_spm, 0) }) : "";
  $("saved-text").textContent = [
    message.text, say("live_script.saved", { seconds: one(message.seconds), path: message.path }), live,
  ].join(" ").trim();
  $("saved").hidden = false;
  $("saved").dataset.name = message.name;
  $("analyse").disabled = false;
  $("report").hidden = true;
  $("analyse-note").textContent = "";
}

function notSaved({ text }) {
  resetRecording();
  $("record-note").textContent = text;
}

const DECIMALS = { stand_lean_deg: 1, lean_body_deg: 1, waist_bend_deg: 1, cadence_spm: 0 };

async function analyse() {
  const at = `/live/clips/${encodeURIComponent($("saved").dataset.name)}`;
  $("analyse").disabled = true;
  $("analyse-note").textContent = say("live_script.analysing");
  let found = await (await fetch(`${at}/analysis`, { method: "POST" })).json();
  while (found.state === "working") {
    await new Promise((done) => setTimeout(done, 1000));
    found = await (await fetch(`${at}/analysis`)).json();
  }
  $("analyse").disabled = false;
  if (found.state !== "done") {
    $("analyse-note").textContent = found.text ?? found.detail;
    return;
  }
  const numbers = Object.entries(found.numbers)
    .map(([id, value]) => say(`live_script.result_${id}`, { value: number(value, DECIMALS[id]) }));
  $("analyse-note").textContent = say("live_script.result", { numbers: numbers.join(", ") });
  $("report").href = `${at}/report`;
  $("report").hidden = false;
}

// ---- controls

function setMode() {
  body.dataset.mode = document.querySelector("input[name=mode]:checked").value;
  $("lean-name").textContent = body.dataset.mode === "run" ? say("live_script.body_lean") : say("live_page.lean");
}

// Back to the question what to do.
function stop() {
  eyes.close();
  link.close();
  resetRecording();
  sound.stopClicks();
  clearNotice();
  $("pace").textContent = "";
  for (const name of ["tone", "drawn", "view"]) delete body.dataset[name];
  body.dataset.state = "setup";
  $("start-panel").hidden = false;
  $("stop").hidden = $("check").hidden = $("zero").hidden = $("measure").hidden = true;
  $("click").setAttribute("aria-pressed", "false");
  $("click").textContent = say("live_page.start_clicks");
  showCue(null);
}

const KEEP = ["sound", "speak", "colour", "about", "session", "spm", "roll"];
const value = (el) => (el.type === "checkbox" ? String(el.checked) : el.value);

function remember() {
  for (const id of KEEP) localStorage.setItem(`live.${id}`, value($(id)));
}

function recall() {
  for (const id of KEEP) {
    const kept = localStorage.getItem(`live.${id}`);
    if (kept === null) continue;
    if ($(id).type === "checkbox") $(id).checked = kept === "true";
    else $(id).value = kept;
  }
}

function toggleClicks() {
  if (sound.clicking) sound.stopClicks();
  else {
    $("spm").value ||= $("spm").placeholder;
    if (!$("spm").reportValidity()) return;
    sound.startClicks(Number($("spm").value));
  }
  $("click").setAttribute("aria-pressed", String(sound.clicking));
  $("click").textContent = say(sound.clicking ? "live_script.stop_clicks" : "live_page.start_clicks");
}

recall();
setMode();
const mute = () => voice.mute(!$("speak").checked);
$("speak").addEventListener("change", mute);
mute();
$("speak").parentElement.hidden = !voice.able;
for (const button of document.querySelectorAll("[data-tone-of]")) {
  button.onclick = () => {
    sound.wake();
    sound.cue(button.dataset.toneOf);
  };
}
$("fading").textContent = notices.fading(Number($("session").value));
for (const radio of document.querySelectorAll("input[name=mode]")) radio.addEventListener("change", setMode);
$("start").onclick = startCamera;
$("file").onchange = () => {
  const [file] = $("file").files;
  if (file) start(() => eyes.openClip(URL.createObjectURL(file)));
};
$("camera").onchange = () => {
  if (body.dataset.state !== "setup" && !eyes.clip) startCamera();
};
for (const id of KEEP) $(id).addEventListener("change", remember);
for (const id of ["about", "session", "roll"]) {
  $(id).addEventListener("change", () => {
    $("fading").textContent = notices.fading(Number($("session").value));
    if ($(id).reportValidity()) link.change();
  });
}
$("spm").addEventListener("change", () => {
  if (sound.clicking && $("spm").reportValidity()) sound.startClicks(Number($("spm").value));
  if ($("about").value === "cadence" && $("spm").checkValidity()) link.change();
});
$("faster").onclick = () => {
  $("spm").value = (1.05 * Number($("faster").dataset.spm)).toFixed(1);
  $("spm").dispatchEvent(new Event("change"));
};
$("click").onclick = toggleClicks;
$("measure").onclick = () => link.say({ type: "press", button: "start" });
$("stop").onclick = stop;
$("notice-back").onclick = stop;
$("check").onclick = () => link.say({ type: "press", button: "check" });
$("zero").onclick = () => link.say({ type: "press", button: "zero" });
$("record").onclick = () => {
  link.say({ type: "record", on: $("record").getAttribute("aria-pressed") !== "true" });
};
$("analyse").onclick = analyse;

document.addEventListener("visibilitychange", () => {
  if (body.dataset.state === "setup") return;
  if (document.hidden) {
    document.title = say("live_page.title_paused");
    if (!wanting) notice("hidden", "hidden");
  } else {
    document.title = say("live_page.title");
    clearNotice("hidden");
    eyes.forget();
  }
});

if (body.dataset.source) {
  $("start").textContent = say("live_script.play", { name: body.dataset.sourceName });
  $("start").onclick = () => start(() => eyes.openClip(body.dataset.source));
}
