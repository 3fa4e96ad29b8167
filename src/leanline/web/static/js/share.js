// The picture of the player as a file: to share on a phone, to save elsewhere.
import { element } from "./api.js";
import { write } from "./overlay.js";
import { number, say } from "./words.js";

const MIN_WIDTH_PX = 1080;
// A film of the moment: as long as this, or shorter where a second has many frames to be drawn.
const FILM_S = 3, MAX_FRAMES = 240;

export async function sharePicture(player) {
  const blob = await pictureOf(player);
  await give(new File([blob], `leanline-${number(player.times[player.frame], 2)}.jpg`, { type: blob.type }));
}

/** A film of the moment, drawn by the server: one tap asks for it, the next shares it. */
export function shareFilm(player, button, says) {
  const asks = button.textContent;
  let ready = null;
  const forget = () => { ready = null; button.textContent = asks; };
  button.addEventListener("click", async () => {
    if (ready) {
      await give(ready).then(forget, (error) => says(error.message));
      return;
    }
    button.disabled = true;
    says(say("measure_script.film_drawn"));
    try {
      ready = await filmOf(player, button.dataset.film);
      button.textContent = say("measure_script.film_share");
      says(say("measure_script.film_ready"));
    } catch (error) {
      says(error.message);
    }
    button.disabled = false;
  });
}

async function filmOf(player, address) {
  const here = player.times[player.frame], length = Math.min(FILM_S, MAX_FRAMES / player.rate()), start = Math.max(player.times[0], here - length / 2);
  const part = new URLSearchParams({ start_s: start, end_s: start + length, times: Math.max(1, 1 / player.video.playbackRate) });
  const answer = await fetch(`${address}?${part}`, { headers: { "hx-request": "true" } });
  if (!answer.ok) throw new Error((await answer.json()).detail);
  return new File([await answer.blob()], `leanline-${number(here, 2)}.mp4`, { type: "video/mp4" });
}

async function give(file) {
  if (navigator.canShare?.({ files: [file] })) {
    try { await navigator.share({ files: [file] }); } catch (error) { if (error.name !== "AbortError") throw error; }
    return;
  }
  const url = URL.createObjectURL(file);
  element("a", { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function pictureOf(player) {
  const { view, video, series } = player, { width, height } = view.box;
  const ratio = Math.max(player.ratio, MIN_WIDTH_PX / width);
  const canvas = element("canvas", { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  const context = canvas.getContext("2d");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(...view.matrix().map((v) => v * ratio));
  context.drawImage(video, 0, 0, series.width, series.height);
  context.resetTransform();
  const place = view.place(ratio);
  player.paint(context, place);
  const lean = player.lean();
  const values = [`${number(player.times[player.frame], 2)} s`, player.ground(), ...(lean === null ? [] : [`${number(lean, 0)}°`])];
  write(context, values.join(" · "), 8 * place.unit, canvas.height - 8 * place.unit, "#fff", place.unit);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}
