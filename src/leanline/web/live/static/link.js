// The line to the server: pictures out, readings in; comes back by itself when it breaks.

const MAGIC = [0x4c, 0x4c, 0x46, 0x31]; // LLF1
const HEADER_BYTES = 16;
const BUSY = 4001;
const TAKEN = 4002;
const WAITS_MS = [400, 800, 1500, 3000];

export class Link extends EventTarget {
  #socket = null;
  #tries = 0;
  #timer = 0;
  #wanted;

  constructor(url, wanted) {
    super();
    this.url = url;
    this.#wanted = wanted; // a function: the wishes as they are when asked
    this.ready = false;
  }

  open(takeOver = false) {
    clearTimeout(this.#timer);
    this.#drop();
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => this.#say({ type: "hello", wanted: this.#wanted(), take_over: takeOver });
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = (event) => this.#closed(socket, event.code);
  }

  close() {
    clearTimeout(this.#timer);
    this.#drop();
  }

  say(message) {
    if (this.ready) this.#say(message);
  }

  change() {
    this.say({ type: "change", wanted: this.#wanted() });
  }

  async picture(number, timeMs, blob) {
    const jpeg = new Uint8Array(await blob.arrayBuffer());
    if (!this.ready) return;
    const message = new Uint8Array(HEADER_BYTES + jpeg.length);
    message.set(MAGIC);
    const view = new DataView(message.buffer);
    view.setUint32(4, number, true);
    view.setFloat64(8, timeMs, true);
    message.set(jpeg, HEADER_BYTES);
    this.#socket.send(message);
  }

  #say(message) {
    this.#socket.send(JSON.stringify(message));
  }

  #hear(message) {
    if (message.type === "ready") {
      this.ready = true;
      this.#tries = 0;
    }
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.ready = false;
    const why = code === BUSY ? "busy" : code === TAKEN ? "taken" : "gone";
    this.dispatchEvent(new CustomEvent("closed", { detail: why }));
    if (why !== "gone") return;
    const wait = WAITS_MS[Math.min(this.#tries, WAITS_MS.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => this.open(), wait);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.ready = false;
    if (socket) socket.close();
  }
}
