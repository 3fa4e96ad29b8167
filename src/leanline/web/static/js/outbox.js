// Recordings on their way to the server. They are kept in the browser until it has them, so that
// a closed page, a locked screen or a network that is away loses none. Pages and the service
// worker send them; only one of these does at a time.
import { Problem, request } from "./http.js";
import { Sending, passes } from "./sending.js";

const NAME = "outbox";
const news = new BroadcastChannel(NAME);

const done = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

async function store(mode) {
  const opening = indexedDB.open("leanline", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME, { keyPath: "id" });
  const database = await done(opening);
  const transaction = database.transaction(NAME, mode);
  transaction.oncomplete = () => database.close();
  return transaction.objectStore(NAME);
}

/** All recordings that wait, the oldest first. */
export async function waiting() {
  const all = await done((await store("readonly")).getAll());
  return all.sort((a, b) => a.made - b.made);
}

/** Keep a recording; `order` is what goes with it to the server. */
export async function add(blob, name, order) {
  const item = { id: crypto.randomUUID(), made: Date.now(), blob, name, order, upload: null, refused: "" };
  await put(item);
  tell(item, "waiting");
  return item;
}

export async function drop(id) {
  await done((await store("readwrite")).delete(id));
  news.postMessage({ id, state: "gone" });
}

/** Try a recording again that the server had refused. */
export async function again(id) {
  const item = await done((await store("readonly")).get(id));
  if (item) await put({ ...item, refused: "" });
}

async function put(item) {
  await done((await store("readwrite")).put(item));
}

function tell({ id, name, blob }, state, more = {}) {
  news.postMessage({ id, name, size: blob.size, state, ...more });
}

/** Send everything that waits, one after the other, until nothing is left or all is refused. */
export async function sendAll() {
  await navigator.locks.request(NAME, async () => {
    for (let item = await next(); item; item = await next()) await send(item);
  });
}

async function next() {
  return (await waiting()).find((item) => !item.refused);
}

async function send(item) {
  const sending = new Sending(item.blob, item.name, item.upload);
  sending.began = (upload) => { item.upload = upload; put(item); };
  sending.sent = (sent) => tell(item, "sending", { sent });
  sending.lost = () => tell(item, "offline");
  try {
    await sending.send();
    tell(item, "checking");
    const look = await patient(() => request("POST", `/api/v1/uploads/${sending.id}/look`), sending);
    if (!look.usable) throw new Problem({ status: 422, detail: look.advice.join(" ") });
    const order = { ...item.order, upload_id: sending.id };
    const made = await patient(() => request("POST", "/api/v1/sessions", order), sending);
    await drop(item.id);
    tell(item, "done", { session: made.session.id });
  } catch (error) {
    item.refused = error.message || String(error.status);
    await put(item);
    tell(item, "refused", { why: error.message });
  }
}

/** Repeat a request while the network is away or the server starts. */
async function patient(action, sending) {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!passes(error) || error.status === 409) throw error;
      sending.lost();
      await sending.pause();
    }
  }
}
