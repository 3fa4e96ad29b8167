// The result's page: clip, plot and numbers in step, corrections, measuring by hand.
import { leanPlot } from "./plots.js";
import { corrections } from "./correct.js";
import { measuring } from "./measure.js";
import { indexAt, openPlayer, showControls } from "./player.js";
import { number, say } from "./words.js";

const root = document.querySelector("[data-review]");
if (root) start(root);

async function start(root) {
  const player = await openPlayer(root);
  if (!player) return;
  const plot = leanPlot(document.querySelector("[data-plot]"), player.series, (t) => player.seek(t));
  const cells = Object.fromEntries(
    [...document.querySelectorAll("[data-now]")].map((cell) => [cell.dataset.now, cell]));
  player.watchers.push(() => plot.cursor(player.times[player.frame]), () => put(player, cells));
  addEventListener("resize", () => plot.resize());
  document.addEventListener("keydown", (e) => player.key(e));
  document.querySelectorAll("[data-seek]").forEach((link) =>
    link.addEventListener("click", (e) => {
      e.preventDefault();
      player.seek(Number(link.dataset.seek));
      root.scrollIntoView({ block: "start" });
    }));
  tools(root);
  showControls(document, player);
  corrections(player);
  await measuring(player);
  const wanted = Number(new URLSearchParams(location.search).get("t"));
  player.goTo(indexAt(player.times, Number.isFinite(wanted) ? wanted : 0));
  root.dataset.ready = "yes";
}

function put(player, cells) {
  const { series: s, frame: i, times } = player, t = times[i];
  const set = (name, text) => { if (cells[name]) cells[name].textContent = text; };
  const degrees = (v) => (v === null || v === undefined ? "–" : `${number(v, 1)}°`);
  set("time", `${number(t, 3)} s`);
  set("frame", say("review_script.frame", { number: i + 1, count: times.length }));
  set("ground", player.ground());
  set("lean", degrees(player.lean()));
  set("trunk", degrees(player.trunk()));
  const last = s.steps.filter((p) => p.contact_s <= t).pop();
  set("step", last ? degrees(last.lean_body_deg) : "–");
  set("count", `${s.contacts.filter((p) => p.contact_s <= t).length}`);
}

/** The panels under the picture; while one is open the picture stays in view on a phone. */
function tools(root) {
  const panels = [...document.querySelectorAll("details[data-tool]")];
  const buttons = [...document.querySelectorAll("[data-open]")];
  const mark = () => {
    root.closest(".first").classList.toggle("using", panels.some((p) => p.open));
    for (const b of buttons) b.setAttribute("aria-expanded", String(document.getElementById(b.dataset.open).open));
  };
  for (const panel of panels) panel.addEventListener("toggle", mark);
  buttons.forEach((button) => button.addEventListener("click", () => {
    const panel = document.getElementById(button.dataset.open);
    panel.open = !panel.open;
    mark();
    // The picture stays in view above the panel.
    const stays = getComputedStyle(root).position === "sticky" ? root.offsetHeight : 0;
    panel.style.scrollMarginTop = `${stays + 8}px`;
    if (panel.open) panel.scrollIntoView({ block: "start" });
  }));
  mark();
}
