// Clips from the phone or the desk: in pieces, several at once, going on where a break left off.
import { call, element, size } from "./api.js";
import { written } from "./quantities.js";
import { Sending } from "./sending.js";
import { isRun, Run } from "./watch_file.js";
import { number, say } from "./words.js";

const AT_ONCE = 2;

const form = document.querySelector("[data-upload]");
if (form) start(form);

function start(form) {
  const drop = form.querySelector(".drop"), input = form.querySelector("[data-clips]");
  const front = form.querySelector("[data-front]");
  const list = document.querySelector("[data-uploads]");
  const waiting = [], runs = [], sessions = [];
  let running = 0;
  const chosen = chosenClips(form);
  const take = (files) => chosen.add(files);
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    for (const file of chosen.taken()) {
      if (isRun(file)) { runs.push(new Run(file, list, form)); continue; }
      waiting.push(new Clip(file, list, form, front.files[0] ?? null));
      front.value = ""; // it goes with one clip only
    }
    next();
  });
  const next = () => {
    while (running < AT_ONCE && waiting.length) {
      running++;
      waiting.shift().go().finally(() => { running--; next(); });
    }
    if (!running) runs.splice(0).forEach((run) => run.go(sessions));
  };
  document.addEventListener("queued", (e) => sessions.push(e.detail.session));
  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
  drop.addEventListener("dragover", (e) => { e.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (e) => {
    e.preventDefault();
    drop.classList.remove("over");
    take([...e.dataTransfer.files]);
  });
  // A clip let go beside the field must not replace the page.
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (e) => e.preventDefault());
  addEventListener("beforeunload", (e) => { if (running) e.preventDefault(); });
  const athlete = form.querySelector("[name=athlete]"), fresh = form.querySelector("[data-new-athlete]");
  const toggle = () => { fresh.hidden = athlete.value !== "new"; };
  athlete?.addEventListener("change", toggle);
  if (athlete) toggle();
}

/** The clips that wait for the answers beside them; nothing is sent before these are confirmed. */
function chosenClips(form) {
  const box = form.querySelector("[data-choice]"), names = form.querySelector("[data-chosen]");
  let files = [];
  const show = () => {
    box.hidden = !files.length;
    names.replaceChildren(...files.map((file) => element("li", {},
      element("span", {}, element("span", { class: "name" }, file.name), " ", element("span", { class: "sub" }, size(file.size))),
      element("button", { type: "button", class: "small", onclick: () => { files = files.filter((one) => one !== file); show(); } },
        say("upload_script.leave_out")))));
  };
  return {
    add(more) { files.push(...more); show(); if (files.length) box.scrollIntoView({ block: "nearest" }); },
    taken() { const all = files; files = []; show(); return all; },
  };
}

/** A chosen file on its way; the browser remembers its upload, should the page be closed. */
class Upload extends Sending {
  constructor(file) {
    const key = `upload:${file.name}:${file.size}:${file.lastModified}`;
    super(file, file.name, localStorage.getItem(key));
    this.key = key;
  }

  began(id) { this.keep(id); }

  keep(id) {
    if (id) localStorage.setItem(this.key, id); else localStorage.removeItem(this.key);
  }

  async forget() {
    this.keep(null);
    if (this.id) await call("DELETE", `/api/v1/uploads/${this.id}`).catch(() => null);
  }
}

class Clip extends Upload {
  constructor(file, list, form, front = null) {
    super(file);
    this.front = front && new Upload(front);
    this.form = form;
    this.bar = element("progress", { max: "1", value: "0", "aria-label": say("upload_script.sent_label", { name: file.name }) });
    this.says = element("ul", { class: "says", "aria-live": "polite" });
    this.sub = element("span", { class: "sub" }, say("upload_script.waiting", { size: size(file.size) }));
    this.stop = element("button", { type: "button", class: "small", onclick: () => this.cancel() },
      say("upload_script.cancel"));
    this.row = element("li", {},
      element("span", {}, element("span", { class: "name" }, file.name), " ", this.sub), this.stop,
      element("span", { class: "wide-cell" }, this.bar, this.says));
    list.hidden = false;
    list.append(this.row);
    // What was said when the clip was sent off holds, whatever is changed later.
    this.wishes = new FormData(form);
  }

  say(text, kind = "") { this.says.append(element("li", { class: kind }, text)); }

  async go() {
    if (this.stopped.signal.aborted) return;
    try {
      if (this.front) await this.sendFront();
      await this.send();
      this.stop.hidden = true;
      this.sub.textContent = say("upload_script.checking", { size: size(this.file.size) });
      const look = await call("POST", `/api/v1/uploads/${this.id}/look`);
      this.sub.textContent = say("upload_script.found", {
        width: look.width, height: look.height, rate: number(look.fps, 0), seconds: number(look.duration_s, 1),
        orientation: say(`upload_script.${look.orientation}`),
      });
      look.advice.forEach((text) => this.say(text, look.usable ? "" : "error"));
      if (!look.usable) { await this.forget(); await this.front?.forget(); return; }
      const job = await call("POST", "/api/v1/sessions", await this.order());
      this.keep(null);
      this.front?.keep(null);
      this.say(say("upload_script.uploaded"));
      document.dispatchEvent(new CustomEvent("queued", { detail: job }));
    } catch (error) {
      if (this.stopped.signal.aborted) return;
      this.sub.textContent = size(this.file.size);
      this.say(error.message, "error");
      if (error.hint) this.say(error.hint);
      // What has arrived stays on the server, whatever went wrong: it goes on from there.
      if (error.status === 404) { this.keep(null); this.id = null; }
      this.again();
    } finally {
      this.bar.hidden = true;
    }
  }

  /** The clip from in front goes first, and is looked at by itself. */
  async sendFront() {
    const { front } = this;
    front.stopped = this.stopped;
    front.sent = (offset) => {
      this.bar.value = offset / front.file.size;
      const sent = say("upload_script.sent", { sent: size(offset), size: size(front.file.size) });
      this.sub.textContent = `${front.file.name}: ${sent}`;
    };
    front.lost = () => this.lost();
    await front.send();
    const look = await call("POST", `/api/v1/uploads/${front.id}/look`);
    if (!look.usable) throw new Error(`${front.file.name}: ${look.advice.join(" ")}`);
  }

  async order() {
    const wish = (name) => (this.wishes.get(name) ?? "").trim();
    const number = (name) => (wish(name) ? Number(wish(name).replace(",", ".")) : null);
    const order = { upload_id: this.id, front_upload_id: this.front?.id ?? null, file_dated_at: new Date(this.file.lastModified).toISOString(), settings: {} };
    if (wish("athlete") === "new" && wish("new_name")) order.athlete_name = wish("new_name");
    else if (wish("athlete") && wish("athlete") !== "new") order.athlete_id = wish("athlete");
    for (const name of ["slow_motion", "person", "start_s", "end_s", "roll_deg", "rotate_deg", "shot"]) {
      if (number(name) !== null) order.settings[name] = number(name);
    }
    if (wish("height_m")) order.settings.height_m = wish("height_m");
    if (wish("speed_mps")) order.settings.speed_mps = written(wish("speed_mps"), wish("speed_unit"));
    for (const name of ["pose_model", "crop", "activity"]) if (wish(name)) order.settings[name] = wish(name);
    return order;
  }

  lost() { this.sub.textContent = say("upload_script.lost"); }

  sent(offset) {
    this.bar.value = this.file.size ? offset / this.file.size : 1;
    this.sub.textContent = say("upload_script.sent", { sent: size(offset), size: size(this.file.size) });
  }

  again() {
    this.row.querySelector("[data-again]")?.remove();
    const button = element("button", { type: "button", class: "small", "data-again": true, onclick: () => {
      // What was wrong in a field may have been put right since.
      this.wishes = new FormData(this.form);
      button.remove(); this.says.replaceChildren(); this.bar.hidden = false; this.go();
    } }, say("upload_script.retry"));
    this.row.append(button);
  }

  async cancel() {
    this.stopped.abort();
    this.row.remove();
    await this.forget();
    await this.front?.forget();
  }
}
