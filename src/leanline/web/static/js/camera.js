// The rear camera at the highest frame rate that it offers, and films made with it.

const MIN_WIDTH = 1280;
// Enough for a sharp runner: bits for each pixel and frame, and the limits of phones' encoders.
const BITS_PER_PIXEL = 0.12;
const MIN_BITS = 4e6, MAX_BITS = 24e6;
// MP4 plays everywhere; browsers without it write WebM.
const TYPES = [
  "video/mp4;codecs=avc1.640034", "video/mp4;codecs=avc1.4d0034", "video/mp4",
  "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm",
];

export async function openCamera() {
  if (!navigator.mediaDevices) throw new DOMException("", "InsecureError");
  const video = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 240 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
  await faster(stream.getVideoTracks()[0]);
  return stream;
}

/** Some cameras have their highest rate at a smaller size only. */
async function faster(track) {
  const most = track.getCapabilities?.().frameRate?.max ?? 0;
  const before = track.getSettings();
  if (most < 1.2 * (before.frameRate ?? most)) return;
  const small = { width: { ideal: MIN_WIDTH }, height: { ideal: 720 }, frameRate: { ideal: most } };
  await track.applyConstraints({ facingMode: { ideal: "environment" }, ...small }).catch(() => null);
  const after = track.getSettings();
  const larger = Math.max(after.width ?? 0, after.height ?? 0) >= MIN_WIDTH;
  if (larger && after.frameRate > before.frameRate) return;
  const { width, height, frameRate } = before;
  await track.applyConstraints({ width, height, frameRate }).catch(() => null);
}

/** Frames a second that the camera gives right now: fewer than promised where light is short. */
export class Rate {
  #times = [];

  watch(video) {
    const seen = (now) => {
      this.#times = this.#times.filter((at) => at > now - 2000).concat(now);
      video.requestVideoFrameCallback(seen);
    };
    video.requestVideoFrameCallback?.(seen);
  }

  get value() {
    const span = this.#times[this.#times.length - 1] - this.#times[0];
    return span > 500 ? (1000 * (this.#times.length - 1)) / span : null;
  }
}

/** A film in the making. */
export class Film {
  #pieces = [];

  constructor(stream) {
    const { width = MIN_WIDTH, height = 720, frameRate = 30 } = stream.getVideoTracks()[0].getSettings();
    const bits = Math.min(MAX_BITS, Math.max(MIN_BITS, BITS_PER_PIXEL * width * height * frameRate));
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: bits });
    this.recorder.ondataavailable = ({ data }) => { if (data.size) this.#pieces.push(data); };
    this.ended = new Promise((end) => { this.recorder.onstop = () => end(this.#whole()); });
    this.recorder.start(1000); // in pieces, so that a camera that is taken away costs a second at most
  }

  stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    return this.ended;
  }

  #whole() {
    const type = (this.recorder.mimeType || "video/webm").split(";")[0];
    return new Blob(this.#pieces, { type });
  }
}

export const suffix = (blob) => (blob.type === "video/mp4" ? "mp4" : "webm");
