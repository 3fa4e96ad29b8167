// The coach's logo: made small here, so that photographs of any size will do.
import { say } from "./words.js";

const MAX_WIDTH_PX = 600, MAX_HEIGHT_PX = 240;
const input = document.querySelector("[data-logo]"), says = document.querySelector("[data-logo-says]");

input.addEventListener("change", async () => {
  says.textContent = "";
  try {
    const answer = await fetch("/settings/logo", {
      method: "POST", body: await small(input.files[0]), headers: { "content-type": "image/png", "hx-request": "true" },
    });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    location.reload();
  } catch (error) {
    says.textContent = error.name === "InvalidStateError" ? say("logo_script.unreadable") : error.message;
  }
});

async function small(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, MAX_WIDTH_PX / picture.width, MAX_HEIGHT_PX / picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
