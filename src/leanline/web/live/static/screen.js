// The second screen: what another page films, as it was measured.
import { draw } from "./drawing.js";
import { number } from "./words.js";

const $ = (id) => document.getElementById(id);
const AGAIN_MS = 2000;
// Without a picture for so long nobody films any more.
const QUIET_MS = 4000;

let reading = null, quiet = 0;

function open() {
  const socket = new WebSocket(new URL("/live/watch", location).href.replace(/^http/, "ws"));
  socket.binaryType = "blob";
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") reading = JSON.parse(data);
    else show(data, reading);
  };
  socket.onclose = () => { wait(); setTimeout(open, AGAIN_MS); };
}

async function show(jpeg, shown) {
  const picture = await createImageBitmap(jpeg);
  $("waiting").hidden = true;
  document.body.dataset.state = shown.phase;
  document.querySelector(".picture").style.aspectRatio = `${picture.width} / ${picture.height}`;
  const tone = shown.cue ? "bad" : shown.stand?.hold_s > 0 ? "good" : "";
  document.body.dataset.tone = tone;
  draw($("overlay"), picture, shown, tone);
  picture.close();
  const change = shown.checks?.find(({ state }) => state === "change");
  const text = shown.cue?.text ?? (shown.phase === "checking" ? change?.text : "");
  // Checks do not come with every picture.
  if (text !== undefined || shown.checks) $("cue").textContent = text ?? "";
  numbers(shown);
  clearTimeout(quiet);
  quiet = setTimeout(wait, QUIET_MS);
}

function numbers({ posture, stand, run }) {
  for (const box of document.querySelectorAll("[data-of]")) box.hidden = box.dataset.of !== (run ? "run" : "stand");
  put("lean", run ? run.lean_deg : posture?.lean_deg, 1);
  put("hold", stand?.hold_s, 1);
  put("repetitions", stand?.repetitions, 0);
  put("cadence", run?.cadence_spm, 0);
  put("waist", run?.waist_bend_deg, 1);
}

const put = (id, value, digits) => { $(id).textContent = value === null || value === undefined ? "–" : number(value, digits); };

function wait() {
  $("waiting").hidden = false;
  document.body.dataset.state = "setup";
  document.body.dataset.tone = "";
}

open();
