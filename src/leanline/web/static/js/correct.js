// Putting right by hand what was found wrongly; the clip is measured again in about a second.
import { call } from "./api.js";
import { line } from "./overlay.js";
import { written } from "./quantities.js";
import { number as shown, say } from "./words.js";

export function corrections(root, review) {
  const panel = document.querySelector("[data-correct]");
  if (!panel) return;
  const says = panel.querySelector("[data-says]");
  const find = (name) => panel.querySelector(`[data-c="${name}"]`);
  const here = () => review.times[review.frame];
  const side = () => find("side").value, event = () => find("event").value;

  async function send(correction) {
    says.textContent = say("review_script.measuring");
    panel.querySelectorAll("button").forEach((b) => { b.disabled = true; });
    try {
      await call("POST", panel.dataset.correct, correction);
      reload();
    } catch (error) {
      says.textContent = `${error.message} ${error.hint ?? ""}`;
      panel.querySelectorAll("button").forEach((b) => { b.disabled = false; });
      nearest();
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
  }
  let from = null;
  const add = () => {
    find("from").textContent = from === null ? say("review_script.not_set") : `${shown(from, 3)} s`;
    find("add").disabled = from === null || here() <= from;
  };
  for (const name of ["side", "event"]) find(name).addEventListener("change", nearest);
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
  rollLine(root, review, find);
}

/** A line drawn over something that is truly level or upright tells the camera's roll. */
function rollLine(root, review, find) {
  const stage = root.querySelector(".stage"), canvas = review.canvas;
  let ends = null, drawing = false;
  const point = (e) => {
    const box = canvas.getBoundingClientRect(), place = review.place(), ratio = canvas.width / box.width;
    return [((e.clientX - box.left) * ratio - place.x) / place.scale, ((e.clientY - box.top) * ratio - place.y) / place.scale];
  };
  review.extra = (context, place) => {
    if (!ends) return;
    const at = (p) => [place.x + place.scale * p[0], place.y + place.scale * p[1]];
    line(context, at(ends[0]), at(ends[1]), "#ff5db1", 3 * (devicePixelRatio || 1));
  };
  const roll = () => {
    const [a, b] = ends, dx = b[0] - a[0], dy = b[1] - a[1];
    if (Math.hypot(dx, dy) < 20) return null;
    const degrees = Math.abs(dx) > Math.abs(dy)
      ? Math.atan2(-dy * Math.sign(dx), Math.abs(dx)) : Math.atan2(dx * Math.sign(dy), Math.abs(dy));
    return (degrees * 180) / Math.PI;
  };
  find("draw").addEventListener("click", () => {
    drawing = !drawing;
    stage.classList.toggle("drawing", drawing);
    find("draw").setAttribute("aria-pressed", String(drawing));
    if (drawing) { review.video.pause(); stage.scrollIntoView({ block: "nearest" }); }
  });
  let down = false;
  canvas.addEventListener("pointerdown", (e) => {
    if (!drawing) return;
    down = true;
    canvas.setPointerCapture(e.pointerId);
    ends = [point(e), point(e)];
  });
  canvas.addEventListener("pointermove", (e) => {
    if (!down) return;
    ends[1] = point(e);
    review.draw();
    const degrees = roll();
    if (degrees !== null && Math.abs(degrees) <= 45) find("roll").value = degrees.toFixed(2);
  });
  canvas.addEventListener("pointerup", () => { down = false; });
}
