// The picture of the player as a file: to share on a phone, to save elsewhere.
import { element } from "./api.js";
import { write } from "./overlay.js";
import { number } from "./words.js";

const MIN_WIDTH_PX = 1080;

export async function sharePicture(player) {
  const blob = await pictureOf(player);
  const file = new File([blob], `leanline-${number(player.times[player.frame], 2)}.jpg`, { type: blob.type });
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
