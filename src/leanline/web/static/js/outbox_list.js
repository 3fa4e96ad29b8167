// Recordings that wait or were sent, as a list.
import { element, size } from "./api.js";
import * as outbox from "./outbox.js";
import { say } from "./words.js";

/** Fill the list, and keep it up to date with what pages and service worker tell. */
export async function showOutbox(list) {
  const rows = new Map();
  const show = (news) => {
    if (news.state === "gone") return;
    if (!rows.has(news.id)) {
      rows.set(news.id, new Row(news));
      list.prepend(rows.get(news.id).element);
    }
    rows.get(news.id).show(news);
    list.closest("section").hidden = false;
  };
  const news = new BroadcastChannel("outbox");
  news.onmessage = ({ data }) => show(data);
  for (const { id, name, blob, refused } of await outbox.waiting().catch(() => [])) {
    show({ id, name, size: blob.size, state: refused ? "refused" : navigator.onLine ? "waiting" : "offline", why: refused });
  }
}

class Row {
  constructor({ id, name, size: bytes }) {
    this.id = id;
    this.bytes = bytes;
    this.bar = element("progress", { max: "1", value: "0", "aria-label": say("upload_script.sent_label", { name }) });
    this.text = element("span", { class: "sub", role: "status" });
    this.buttons = element("span", { class: "actions" });
    this.element = element("li", { "data-recording": id },
      element("span", {}, element("span", { class: "name" }, name), " ", this.text),
      this.buttons, element("span", { class: "wide-cell" }, this.bar));
  }

  show({ state, sent, session, why }) {
    this.element.dataset.state = state;
    const values = { size: size(this.bytes), sent: size(sent ?? 0) };
    this.text.textContent = state === "refused" ? why || say("script.no_answer") : say(`record_script.${state}`, values);
    this.text.classList.toggle("error", state === "refused");
    if (state === "sending") this.bar.value = this.bytes ? sent / this.bytes : 1;
    this.bar.hidden = state === "done" || state === "refused";
    this.buttons.replaceChildren(...this.#actions(state, session));
  }

  #actions(state, session) {
    const button = (code, press) => element("button", { type: "button", class: "small", onclick: press }, say(code));
    if (state === "done") return [element("a", { class: "button small", href: `/sessions/${session}` }, say("record_script.open"))];
    if (state !== "refused") return [];
    return [
      button("upload_script.retry", async () => { await outbox.again(this.id); await outbox.sendAll(); }),
      button("record_script.discard", async () => { await outbox.drop(this.id); this.element.remove(); }),
    ];
  }
}
