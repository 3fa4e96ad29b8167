// Putting right by hand what was found wrongly; the clip is measured again in about a second.
import { call } from "./api.js";
import { line } from "./overlay.js";
import { written } from "./quantities.js";
import { number as shown, say } from "./words.js";

const REACH_PX = 44; // of a thumb

export function corrections(review) {
  const panel = document.querySelector("[data-correct]");
  if (!panel) return;
  const says = panel.querySelector("[data-says]");
  const find = (name) => panel.querySelector(`[data-c="${name}"]`);
  const here = () => review.times[review.frame];

  async function send(correction) {
    says.textContent = say("review_script.measuring");
    panel.querySelectorAll("button").forEach((b) => { b.disabled = true; });
    try {
      await call("POST", panel.dataset.correct, correction);
      reload();
    } catch (error) {
      says.textContent = `${error.message} ${error.hint ?? ""}`;
      panel.querySelectorAll("button").forEach((b) => { b.disabled = false; });
      refresh();
    }
  }

  function reload() {
    const url = new URL(location.href);
    url.searchParams.set("t", here().toFixed(4));
    url.hash = "review";
    // The same address with another hash would not load anew.
    history.replaceState(null, "", url);
    location.reload();
  }

  const refresh = find("nearest") ? eventCorrections(panel, review, find, send) : () => {};
  find("swap").addEventListener("click", () => send({ kind: "swapped_sides", start_s: null, end_s: null }));
  const number = (name) => Number(find(name).value.replace(",", "."));
  const speed = () => written(find("speed").value, find("speed-unit").value);
  const values = {
    height: () => ({ kind: "given_height", height_m: find("height").value.trim() }),
    speed: () => ({ kind: "given_speed", speed_mps: speed() }),
    roll: () => ({ kind: "given_roll", roll_deg: number("roll") }),
  };
  for (const [name, value] of Object.entries(values)) {
    find(name)?.closest("form").addEventListener("submit", (e) => {
      e.preventDefault();
      if (find(name).value.trim()) send(value());
    });
  }
  panel.querySelectorAll("[data-undo]").forEach((button) => button.addEventListener("click", async () => {
    says.textContent = say("review_script.measuring");
    button.disabled = true;
    try {
      await call("DELETE", button.dataset.undo);
      reload();
    } catch (error) { says.textContent = error.message; button.disabled = false; }
  }));
  rollLine(review, find);
}

/** Initial contacts and toe-offs; returns what brings the panel up to date. */
function eventCorrections(panel, review, find, send) {
  const chosen = (name) => panel.querySelector(`[data-c="${name}"]:checked`).value;
  const side = () => chosen("side"), event = () => chosen("event");
  const here = () => review.times[review.frame];
  const key = () => (event() === "contact" ? "contact_s" : "toe_off_s");
  function found() {
    const own = review.series.contacts.filter((c) => c.side === side() && c[key()] !== null);
    return own.reduce((best, c) => (best && Math.abs(best[key()] - here()) <= Math.abs(c[key()] - here()) ? best : c), null);
  }
  function nearest() {
    const at = found(), kind = `${side()}_${event()}`;
    find("nearest").textContent = at
      ? say(`review_script.nearest_${kind}`, { time: shown(at[key()], 3) })
      : say(`review_script.no_${kind}`);
    find("move").disabled = find("remove").disabled = find("show").disabled = !at;
    review.strip?.choose(panel.open && at ? at[key()] : null);
  }
  let from = null;
  const add = () => {
    find("from").textContent = from === null ? say("review_script.not_set") : `${shown(from, 3)} s`;
    find("add").disabled = from === null || here() <= from;
  };
  panel.querySelectorAll('[data-c="side"],[data-c="event"]').forEach((one) =>
    one.addEventListener("change", () => { nearest(); review.draw(); }));
  panel.addEventListener("toggle", () => { nearest(); review.draw(); });
  footOnPicture(review, panel, side, (one) => {
    panel.querySelector(`[data-c="side"][value="${one}"]`).checked = true;
    nearest();
  });
  review.watchers.push(nearest, add);
  nearest();
  add();

  find("show").addEventListener("click", () => review.seek(found()[key()]));
  find("move").addEventListener("click", () =>
    send({ kind: "moved_event", side: side(), event: event(), at_s: found()[key()], to_s: here() }));
  find("remove").addEventListener("click", () => {
    send({ kind: "removed_contact", side: side(), contact_s: found().contact_s });
  });
  find("set-from").addEventListener("click", () => { from = here(); add(); });
  find("add").addEventListener("click", () =>
    send({ kind: "added_contact", side: side(), contact_s: from, toe_off_s: here() }));
  return nearest;
}

/** The chosen foot is ringed on the picture, and touching the other one chooses that. */
function footOnPicture(review, panel, side, choose) {
  const foot = (which) => {
    const ends = ["heel", "foot_index"].map((part) => review.series.points[`${which}_${part}`])
      .map((p) => p && [p[0][review.frame], p[1][review.frame]]);
    if (ends.some((p) => !p || p[0] === null || p[1] === null)) return null;
    return [0, 1].map((k) => 0.5 * (ends[0][k] + ends[1][k]));
  };
  review.drawers.push((context, place) => {
    const at = panel.open ? foot(side()) : null;
    if (!at) return;
    context.beginPath();
    context.arc(...place.at(...at), 16 * place.unit, 0, 2 * Math.PI);
    context.lineWidth = 1.5 * place.unit;
    context.strokeStyle = "#fff";
    context.stroke();
  });
  review.onTap = (_, stage) => {
    if (!panel.open) return false;
    const away = (which) => {
      const at = foot(which);
      if (!at) return Infinity;
      const [x, y] = review.view.toStage(at);
      return Math.hypot(x - stage[0], y - stage[1]);
    };
    const near = away("left") <= away("right") ? "left" : "right";
    if (away(near) > REACH_PX) return false;
    choose(near);
    review.draw();
    return true;
  };
}

/** A line drawn over something that is truly level or upright tells the camera's roll. */
function rollLine(review, find) {
  let ends = null;
  review.drawers.push((context, place) => {
    if (ends) line(context, place.at(...ends[0]), place.at(...ends[1]), "#ff5db1", 2 * place.unit);
  });
  const roll = () => {
    const [a, b] = ends, dx = b[0] - a[0], dy = b[1] - a[1];
    if (Math.hypot(dx, dy) < 20) return null;
    const degrees = Math.abs(dx) > Math.abs(dy)
      ? Math.atan2(-dy * Math.sign(dx), Math.abs(dx)) : Math.atan2(dx * Math.sign(dy), Math.abs(dy));
    return (degrees * 180) / Math.PI;
  };
  const tool = {
    down(point) { ends = [point, point]; return true; },
    move(point) {
      ends[1] = point;
      review.draw();
      const degrees = roll();
      if (degrees !== null && Math.abs(degrees) <= 45) find("roll").value = degrees.toFixed(2);
    },
  };
  find("draw").addEventListener("click", () => {
    const drawing = review.tool !== tool;
    review.take(drawing ? tool : null);
    find("draw").setAttribute("aria-pressed", String(drawing));
    if (drawing) { review.pause(); review.stage.scrollIntoView({ block: "nearest" }); }
  });
}
