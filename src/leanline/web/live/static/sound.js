// Cues and clicks. Sound starts with a press of a button, as browsers demand.

const AHEAD_S = 0.15;
const TICK_MS = 40;
// Frequencies, hertz, one after the other.
const CUES = {
  too_far: [520, 390],
  too_little: [390, 520],
  broken: [260, 260],
  bent: [260, 260],
  slow: [660, 660, 660],
};
const NOTE_S = 0.13;

export class Sound {
  #audio = null;
  #timer = 0;
  played = 0;

  wake() {
    this.#audio ??= new AudioContext();
    if (this.#audio.state === "suspended") this.#audio.resume();
    return this.#audio;
  }

  cue(id) {
    const audio = this.#audio;
    if (!audio) return;
    CUES[id].forEach((hertz, k) => this.#tone(hertz, audio.currentTime + k * NOTE_S * 1.3, NOTE_S, 0.25));
    this.played += 1;
  }

  get clicking() {
    return this.#timer !== 0;
  }

  // Click k comes k times 60 / spm after the first, however late this function is called.
  startClicks(spm) {
    this.stopClicks();
    const audio = this.wake();
    const first = audio.currentTime + 0.1;
    let next = 0;
    const plan = () => {
      let at = first + (next * 60) / spm;
      if (at < audio.currentTime - 0.5) {
        // The computer slept: go on in step.
        next = Math.ceil(((audio.currentTime - first) * spm) / 60);
        at = first + (next * 60) / spm;
      }
      while (at < audio.currentTime + AHEAD_S) {
        this.#tone(1500, at, 0.025, 0.4);
        next += 1;
        at = first + (next * 60) / spm;
      }
    };
    plan();
    this.#timer = setInterval(plan, TICK_MS);
  }

  stopClicks() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #tone(hertz, at, length, loud) {
    const audio = this.#audio;
    const voice = audio.createOscillator();
    const gain = audio.createGain();
    voice.frequency.value = hertz;
    gain.gain.setValueAtTime(loud, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + length);
    voice.connect(gain).connect(audio.destination);
    voice.start(at);
    voice.stop(at + length);
  }
}
