// A clip from in front or behind, added to a result that is there.
import { call, size } from "./api.js";
import { Sending } from "./sending.js";
import { say } from "./words.js";

const box = document.querySelector("[data-add-front]");
if (box) start(box);

function start(box) {
  const input = box.querySelector("input"), bar = box.querySelector("progress"), says = box.querySelector("[data-says]");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    input.disabled = true;
    bar.hidden = false;
    says.className = "";
    try {
      await add(file);
    } catch (error) {
      says.textContent = [error.message, error.hint].filter(Boolean).join(" ");
      says.className = "error";
      input.disabled = false;
      input.value = "";
    }
    bar.hidden = true;
  });

  async function add(file) {
    const sending = new Sending(file);
    sending.sent = (offset) => {
      bar.value = offset / Math.max(1, file.size);
      says.textContent = say("upload_script.sent", { sent: size(offset), size: size(file.size) });
    };
    sending.lost = () => { says.textContent = say("upload_script.lost"); };
    await sending.send();
    says.textContent = say("upload_script.checking", { size: size(file.size) });
    const look = await call("POST", `/api/v1/uploads/${sending.id}/look`);
    if (!look.usable) {
      await call("DELETE", `/api/v1/uploads/${sending.id}`).catch(() => null);
      throw new Error(look.advice.join(" "));
    }
    await call("POST", box.dataset.addFront, { upload_id: sending.id });
    location.assign("/");
  }
}
