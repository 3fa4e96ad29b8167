// The clip as a strip to scrub along: when each foot is on the ground, and where one is.
import { number, say } from "./words.js";

const made = (kind, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

export class Strip {
  constructor(root, series) {
    this.lane = root.querySelector("[data-lane]");
    this.range = root.querySelector("[data-scrub]");
    const times = series.time_s;
    this.start = times[0];
    this.end = times[times.length - 1];
    this.range.max = String(times.length - 1);
    this.draw(series);
  }

  x(t) { return (1000 * (t - this.start)) / Math.max(this.end - this.start, 1e-6); }

  draw(series) {
    this.lane.replaceChildren();
    for (const c of series.contacts) this.contact(c);
    this.chosen = made("line", { class: "chosen", y1: 0, y2: 44, x1: -9, x2: -9 });
    this.at = made("line", { class: "at", y1: 0, y2: 44 });
    this.lane.append(this.chosen, this.at);
  }

  contact(c) {
    const last = c.toe_off_s ?? this.end, y = c.side === "left" ? 4 : 24, colour = c.side[0];
    const bar = made("rect", { class: colour, x: this.x(c.contact_s), y: y + 4, height: 8,
      width: Math.max(2, this.x(last) - this.x(c.contact_s)) });
    const title = made("title", {});
    title.textContent = say(`review_script.${c.side}_on_ground`, { from: number(c.contact_s, 3), to: number(last, 3) });
    bar.append(title);
    const mark = (t, kind) => made("line", { class: `${colour} ${kind}`, x1: this.x(t), x2: this.x(t), y1: y, y2: y + 16 });
    this.lane.append(bar, mark(c.contact_s, "contact"));
    if (c.toe_off_s !== null) this.lane.append(mark(c.toe_off_s, "toe-off"));
  }

  show(frame, time) {
    this.range.value = String(frame);
    for (const end of ["x1", "x2"]) this.at.setAttribute(end, this.x(time));
  }

  /** Mark the event that a correction is about; null for none. */
  choose(time) {
    for (const end of ["x1", "x2"]) this.chosen.setAttribute(end, time === null ? -9 : this.x(time));
  }
}
