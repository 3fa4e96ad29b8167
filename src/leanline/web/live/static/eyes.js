// Where pictures come from: a camera or a clip. One picture is measured while the next is made
// ready; when an answer comes the newest goes next, and those between are left out.

// Larger pictures made no lean more right (rendered people from half to two thirds of the height).
const LONG_SIDE_PX = 768;
// For a machine or a network that cannot keep up: people are still 150 pixels tall.
const SMALL_SIDE_PX = 576;
const QUALITY = 0.75;
const PATIENCE_MS = 4000;
const ON_THEIR_WAY = 2;
// A picture needs about this long to the server beyond its encoding, milliseconds.
const TRAVEL_MS = 8;
// How much of a new time goes into the running mean.
const NEW = 0.1;

export class Eyes extends EventTarget {
  #stream = null;
  #url = "";
  #canvases = [0, 1, 2].map(() => document.createElement("canvas"));
  #turn = 0;
  #fresh = null;
  #patience = 0;
  #number = 0;
  #running = 0;
  #shown = [];
  #serverMs = 0;
  #encodingMs = 0;
  #longSide = LONG_SIDE_PX;

  // deliver(number, timeMs, blob) sends one picture; looking() says whether it should.
  constructor(video, deliver, looking) {
    super();
    this.video = video;
    this.deliver = deliver;
    this.looking = looking;
    this.clip = false;
    this.sent = new Map(); // number -> { canvas, born, grabbed, encoded }
    video.addEventListener("ended", () => this.dispatchEvent(new Event("finished")));
    video.addEventListener("error", () => {
      if (this.clip) this.dispatchEvent(new Event("unplayable"));
    });
  }

  async openCamera(deviceId) {
    this.close();
    if (!navigator.mediaDevices) throw new DOMException("", "InsecureError");
    const wish = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
    if (deviceId) wish.deviceId = { exact: deviceId };
    else wish.facingMode = { ideal: "environment" };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    this.#stream = stream;
    this.clip = false;
    this.video.loop = false;
    for (const track of stream.getVideoTracks()) {
      track.addEventListener("ended", () => this.dispatchEvent(new Event("lost")));
    }
    this.video.srcObject = stream;
    await this.video.play();
    this.#watch();
  }

  // A camera that somebody else has opened, who closes it too.
  async openStream(stream) {
    this.close();
    this.clip = false;
    this.video.srcObject = stream;
    await this.video.play();
    this.#watch();
  }

  async openClip(url) {
    this.close();
    this.#url = url;
    this.clip = true;
    this.video.src = url;
    await this.video.play();
    this.#watch();
  }

  async again() {
    this.video.currentTime = 0;
    await this.video.play();
  }

  close() {
    this.#running += 1;
    this.forget();
    if (this.#stream) for (const track of this.#stream.getTracks()) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
    if (this.#url) {
      this.video.removeAttribute("src");
      if (this.#url.startsWith("blob:")) URL.revokeObjectURL(this.#url);
      this.#url = "";
    }
  }

  // Pictures a second that camera or clip gave over the last three seconds.
  get rate() {
    const span = this.#shown[this.#shown.length - 1] - this.#shown[0];
    return span > 0 ? (1000 * (this.#shown.length - 1)) / span : 0;
  }

  // Send smaller pictures from now on; false if they are small already.
  shrink() {
    if (this.#longSide === SMALL_SIDE_PX) return false;
    this.#longSide = SMALL_SIDE_PX;
    return true;
  }

  // Nothing is on its way any more.
  forget() {
    clearTimeout(this.#patience);
    this.#fresh = null;
    this.sent.clear();
  }

  // The answer to a picture came: what was sent, and the next may go.
  answered(number, serverMs) {
    const sent = this.sent.get(number);
    this.#serverMs += NEW * (serverMs - this.#serverMs);
    if (sent) this.#encodingMs += NEW * (sent.encoded - sent.grabbed - this.#encodingMs);
    this.sent.delete(number);
    clearTimeout(this.#patience);
    if (this.#fresh && this.#timely()) this.#grab(this.#fresh);
    return sent;
  }

  #watch() {
    this.#running += 1;
    const mine = this.#running;
    const video = this.video;
    const seen = (now, about) => {
      if (mine !== this.#running) return;
      const born = about.captureTime ?? now;
      this.#shown = this.#shown.filter((at) => at > now - 3000).concat(now);
      this.#fresh = { born, timeMs: this.clip ? about.mediaTime * 1000 : born };
      if (this.#timely()) this.#grab(this.#fresh);
      video.requestVideoFrameCallback(seen);
    };
    video.requestVideoFrameCallback(seen);
  }

  // Whether a picture taken now comes to the server when it is done with the one before: not
  // later, so that it does not idle, and not much sooner, so that the picture is not old by then.
  #timely() {
    if (this.sent.size === 0) return true;
    if (this.sent.size >= ON_THEIR_WAY) return false;
    const [before] = this.sent.values();
    const lead = this.#serverMs - this.#encodingMs - TRAVEL_MS;
    return before.encoded > 0 && performance.now() - before.encoded >= lead;
  }

  #grab(frame) {
    this.#fresh = null;
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width || !this.looking()) return;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.forget(), PATIENCE_MS);
    const scale = Math.min(1, this.#longSide / Math.max(width, height));
    const canvas = this.#canvases[this.#turn];
    this.#turn = (this.#turn + 1) % this.#canvases.length;
    const size = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    canvas.getContext("2d", { alpha: false }).drawImage(this.video, 0, 0, ...size);
    const number = (this.#number += 1);
    const sent = { canvas, born: frame.born, grabbed: performance.now(), encoded: 0 };
    this.sent.set(number, sent);
    const encoded = (blob) => {
      sent.encoded = performance.now();
      if (blob) this.deliver(number, frame.timeMs, blob);
    };
    canvas.toBlob(encoded, "image/jpeg", QUALITY);
  }
}
