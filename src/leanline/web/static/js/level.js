// How far the phone is rolled, by its motion sensors.

const RADIANS = Math.PI / 180;
// Before this there is no telling whether the device has sensors that pages may read.
const FIRST_READING_MS = 1500;
// Beyond this the sensor does not tell the roll of a camera that films a runner.
const MAX_DEG = 15;
const MIN_READINGS = 10;

/**
 * Roll of the rear camera in degrees, clockwise positive as the photographer sees it.
 *
 * Up, in the device's own axes (x to the right of the screen, y to its top), is
 * (-cos(beta) sin(gamma), sin(beta), ...) by the definition of DeviceOrientation; turning by the
 * screen's angle gives it in the picture, whose top it is when the phone is level.
 */
export function rollOf(beta, gamma, screenAngle) {
  const x = -Math.cos(beta * RADIANS) * Math.sin(gamma * RADIANS);
  const y = Math.sin(beta * RADIANS);
  const turn = screenAngle * RADIANS;
  const right = x * Math.cos(turn) - y * Math.sin(turn);
  const up = x * Math.sin(turn) + y * Math.cos(turn);
  return Math.atan2(-right, up) / RADIANS;
}

/** Mean and standard deviation of readings; null if there are too few, or they cannot be right. */
export function summary(readings) {
  if (readings.length < MIN_READINGS) return null;
  const mean = readings.reduce((sum, one) => sum + one, 0) / readings.length;
  const variance = readings.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (readings.length - 1);
  const sd = Math.sqrt(variance);
  return Math.abs(mean) <= MAX_DEG && sd <= MAX_DEG ? { mean, sd } : null;
}

export class Level extends EventTarget {
  #kept = null;
  #heard = false;
  #listening = false;
  roll = null;

  /** Ask for the sensor, during the press of a button as iPhones demand, and listen to it. */
  async start() {
    if (this.#listening) return;
    const kind = self.DeviceOrientationEvent;
    if (kind?.requestPermission) {
      const answer = await kind.requestPermission().catch(() => "denied");
      if (answer !== "granted") { this.#missing("level_denied"); return; }
    }
    if (!kind) { this.#missing("level_missing"); return; }
    this.#listening = true;
    addEventListener("deviceorientation", (event) => this.#hear(event));
    setTimeout(() => { if (!this.#heard) this.#missing("level_missing"); }, FIRST_READING_MS);
  }

  /** Keep readings from now on. */
  keep() { this.#kept = []; }

  /** What was kept, as mean and standard deviation, or null. */
  kept() {
    const readings = this.#kept ?? [];
    this.#kept = null;
    return summary(readings);
  }

  #missing(why) { this.dispatchEvent(new CustomEvent("missing", { detail: why })); }

  #hear({ beta, gamma }) {
    if (beta === null || gamma === null) return;
    this.#heard = true;
    this.roll = rollOf(beta, gamma, screen.orientation?.angle ?? self.orientation ?? 0);
    this.#kept?.push(this.roll);
    this.dispatchEvent(new Event("reading"));
  }
}
