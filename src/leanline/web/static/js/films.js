// Two clips as films, side by side or one over the other, in the same phase of the stride.
import { listen } from "./gestures.js";
import { indexAt, openPlayer, showControls } from "./player.js";

// The second film is let run at its own rate while it is nearly right, and put right beyond this.
const MAX_OFF_S = 0.12;
const CATCH_UP_S = 0.4; // in which a small difference is made good

const root = document.querySelector("[data-films]");
if (root) start(root);

async function start(root) {
  const [first, second] = await Promise.all([
    openPlayer(root), openPlayer(root.querySelector("[data-second]"), true)]);
  if (!first || !second) return;
  const phases = matchPhases(first.series, second.series);
  root.querySelector(phases.matched ? "[data-matched]" : "[data-unmatched]").hidden = false;
  sameWindow(first, second);
  follow(first, second, phases);
  listen(second.stage, first);
  showControls(root, first, second);
  root.classList.toggle("mirrored", first.series.forward[0] * second.series.forward[0] < 0);
  root.querySelectorAll("[data-way]").forEach((one) => one.addEventListener("change", () =>
    root.classList.toggle("overlaid", one.value === "over" && one.checked)));
  document.addEventListener("keydown", (e) => first.key(e));
  first.seek(phases.first[0]);
  root.dataset.ready = "yes";
}

/** Times of both films that belong together: initial contacts of the same foot, in order. */
export function matchPhases(one, other) {
  const contacts = (series, side) => series.contacts.filter((c) => c.side === side).map((c) => c.contact_s);
  const both = (side) => Math.min(contacts(one, side).length, contacts(other, side).length);
  const side = both("left") > both("right") ? "left" : both("right") > both("left") ? "right" : one.near ?? "right";
  const n = both(side);
  if (n > 1) return { matched: true, first: contacts(one, side).slice(0, n), second: contacts(other, side).slice(0, n) };
  const [a, b] = [one.time_s, other.time_s], span = Math.min(a.at(-1) - a[0], b.at(-1) - b[0]);
  return { matched: false, first: [a[0], a[0] + span], second: [b[0], b[0] + span] };
}

/** Time of the second film at a time of the first, linear from knot to knot, and how fast it runs. */
export function matched({ first, second }, t) {
  const k = Math.min(indexAt(first, t), first.length - 2);
  const slope = (second[k + 1] - second[k]) / (first[k + 1] - first[k]);
  return { time: second[k] + slope * (t - first[k]), slope };
}

/** Both runners as tall, in windows of one size. */
function sameWindow(...players) {
  if (players.some((one) => !one.series.crop)) return;
  const bodies = (name) => Math.max(...players.map(({ series: { crop } }) => crop[name] / crop.body));
  const width = bodies("width"), height = bodies("height");
  for (const one of players) {
    const { body } = one.series.crop;
    one.view.window = { width: width * body, height: height * body };
    one.view.centred = true;
    one.placed();
  }
}

function follow(first, second, phases) {
  const last = phases.first.at(-1);
  const target = () => matched(phases, first.times[first.frame]);
  first.watchers.push(() => {
    const { time, slope } = target();
    if (first.video.paused) { second.seek(time); return; }
    if (first.times[first.frame] >= last) { first.seek(phases.first[0]); return; }
    const off = time - second.video.currentTime;
    if (Math.abs(off) > MAX_OFF_S) second.seek(time);
    const rate = first.video.playbackRate * slope;
    second.setRate(Math.max(0.0625, Math.min(4, rate * (1 + off / CATCH_UP_S))));
  });
  first.video.addEventListener("play", () => second.video.play());
  first.video.addEventListener("pause", () => { second.pause(); second.seek(target().time); });
  const placed = first.placed.bind(first);
  first.placed = () => {
    placed();
    const [x, y] = first.view.shift, { box } = first.view, own = second.view.box;
    second.view.zoom = first.view.zoom;
    second.view.shift = [(x * own.width) / box.width, (y * own.height) / box.height];
    second.placed();
  };
}
