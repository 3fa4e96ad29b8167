// One file on its way to the server, in pieces; goes on where a break left off.
import { request } from "./http.js";

const PIECE = 4 * 1024 * 1024;
const MAX_WAIT_MS = 8000;
const TRIES = 8;
// Answers after which the same request may do: too slow, another request, too many, a server that
// is starting or busy.
const PASSING = new Set([408, 409, 429, 502, 503, 504]);

/** Whether an error is the network's or passes by itself, so that waiting helps. */
export const passes = (error) => !error.status || PASSING.has(error.status);

/** Wait longer after each failure, but not beyond the moment when the network returns. */
function pause(failed, signal) {
  return new Promise((done, stop) => {
    const timer = setTimeout(end, Math.min(400 * 2 ** failed, MAX_WAIT_MS));
    function end() {
      clearTimeout(timer);
      self.removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      if (signal.aborted) stop(signal.reason); else done();
    }
    self.addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}

export class Sending {
  /** `id` is that of an upload that was begun earlier. */
  constructor(file, name = file.name, id = null) {
    this.file = file;
    this.name = name;
    this.id = id;
    this.stopped = new AbortController();
  }

  /** Called with the bytes that have arrived, when the connection breaks, and with a new id. */
  sent() {}
  lost() {}
  began() {}

  /** Send what is missing. Without a network it waits; what the server refuses is thrown. */
  async send() {
    const { size } = this.file;
    let offset = null; // not known: the server has to be asked
    for (let failed = 0, refused = 0; offset === null || offset < size;) {
      try {
        offset ??= await this.#begin();
        this.sent(offset);
        if (offset < size) offset = await this.#piece(offset);
        failed = refused = 0;
      } catch (error) {
        if (this.stopped.signal.aborted || !passes(error)) throw error;
        if (error.status && ++refused > TRIES) throw error;
        this.lost();
        await this.pause(failed++);
        offset = null;
      }
    }
    this.sent(size);
  }

  /** Wait before trying again, but no longer than until the network returns. */
  pause(failed = 2) { return pause(failed, this.stopped.signal); }

  async #piece(offset) {
    const up = await request("PATCH", `/api/v1/uploads/${this.id}`, this.file.slice(offset, offset + PIECE), {
      headers: { "content-type": "application/octet-stream", "upload-offset": String(offset) },
      signal: this.stopped.signal,
    });
    return up.offset;
  }

  /** A new upload, or the one that this very file began earlier. */
  async #begin() {
    if (this.id) {
      try {
        return (await request("GET", `/api/v1/uploads/${this.id}`)).offset;
      } catch (error) {
        if (error.status !== 404) throw error;
      }
    }
    const up = await request("POST", "/api/v1/uploads", { name: this.name, size: this.file.size });
    this.id = up.id;
    this.began(up.id);
    return 0;
  }
}
