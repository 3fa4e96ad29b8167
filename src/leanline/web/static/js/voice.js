// Says sentences in the page's language, if the browser has a voice for it.

export class Voice {
  #last = "";
  #at = -Infinity;
  muted = false;

  get able() { return "speechSynthesis" in self; }

  /** Say it now, instead of whatever is being said. */
  say(text) {
    if (!this.able || this.muted || !text) return;
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(text);
    words.lang = document.documentElement.lang;
    const voice = speechSynthesis.getVoices().find((one) => one.lang.startsWith(words.lang));
    if (voice) words.voice = voice;
    speechSynthesis.speak(words);
    this.#last = text;
    this.#at = performance.now();
    document.documentElement.dataset.spoken = text;
  }

  /** Say it unless something is being said, or it was said only just now. */
  remark(text, everyMs) {
    if (!this.able || speechSynthesis.speaking) return;
    const soon = performance.now() - this.#at < (text === this.#last ? everyMs : everyMs / 2);
    if (!soon) this.say(text);
  }

  mute(muted) {
    this.muted = muted;
    if (muted && this.able) speechSynthesis.cancel();
  }
}
