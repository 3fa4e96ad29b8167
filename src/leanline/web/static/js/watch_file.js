// A watch's file among the clips: added to their runner once they are sent, and matched by time.
import { call, element, size } from "./api.js";
import { number, say } from "./words.js";

const CLOCKS_DIFFER_MS = 60_000;

export const isRun = (file) => /\.(fit|tcx|gpx)$/i.test(file.name);

export class Run {
  constructor(file, list, form) {
    this.file = file;
    this.form = form;
    this.wishes = new FormData(form);
    this.sub = element("span", { class: "sub" }, say("upload_script.waiting", { size: size(file.size) }));
    this.says = element("ul", { class: "says", "aria-live": "polite" });
    this.row = element("li", {},
      element("span", {}, element("span", { class: "name" }, file.name), " ", this.sub),
      element("span", { class: "wide-cell" }, this.says));
    list.hidden = false;
    list.append(this.row);
  }

  say(text, kind = "") { this.says.append(element("li", { class: kind }, text)); }

  /** `sessions` are those of the clips that were sent from this page. */
  async go(sessions) {
    try {
      const runner = await this.runner();
      if (!runner) throw new Error(say("upload_script.run_nobody"));
      const run = await call("POST", `/api/v1/athletes/${runner}/watch-runs?name=${encodeURIComponent(this.file.name)}`,
        this.file, { headers: { "content-type": "application/octet-stream" } });
      this.sub.textContent = say("upload_script.run_added", {
        day: new Date(run.started_at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }),
        minutes: number(run.duration_s / 60, 0),
      });
      const during = clipsDuring(run, sessions.filter((one) => one.athlete_id === runner));
      this.say(during.length ? say("upload_script.run_with", { clips: during.map((one) => one.name).join(", ") }) : say("upload_script.run_alone"));
      run.notes.forEach((note) => this.say(note));
    } catch (error) {
      this.sub.textContent = size(this.file.size);
      this.say(error.message, "error");
      if (error.hint) this.say(error.hint);
      this.again(sessions);
    }
  }

  /** The runner chosen beside the clips; a new one is added with the first clip, or here. */
  async runner() {
    const wish = (name) => (this.wishes.get(name) ?? "").trim();
    if (wish("athlete") !== "new") return wish("athlete");
    const name = wish("new_name");
    if (!name) return "";
    const known = await call("GET", "/api/v1/athletes");
    const same = known.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return (same ?? await call("POST", "/api/v1/athletes", { name })).id;
  }

  again(sessions) {
    const button = element("button", { type: "button", class: "small", onclick: () => {
      this.wishes = new FormData(this.form);
      button.remove(); this.says.replaceChildren(); this.go(sessions);
    } }, say("upload_script.retry"));
    this.row.append(button);
  }
}

function clipsDuring(run, sessions) {
  const start = Date.parse(run.started_at), end = start + 1000 * run.duration_s;
  return sessions.filter((one) => {
    const at = Date.parse(one.filmed_at);
    return one.date_source !== "upload" && at > start - CLOCKS_DIFFER_MS && at < end + CLOCKS_DIFFER_MS;
  });
}
