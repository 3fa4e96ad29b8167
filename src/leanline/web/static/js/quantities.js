// Heights and speeds as people write them: read by the server, and said back to be confirmed.
import { call } from "./api.js";
import { say } from "./words.js";

const KEPT = "speed-unit";

/** The text of a field with the unit chosen beside it, unless the text has one of its own. */
export function written(text, unit) {
  const plain = text.trim();
  return plain && unit && !/[a-z\/'"″′]/i.test(plain) ? `${plain} ${unit}` : plain;
}

/** The unit that a number most likely has: a pace has a colon; Americans run in miles. */
function guess(text) {
  const miles = /^en-(US|LR|MM)$/.test(navigator.language);
  if (text.includes(":")) return miles ? "min/mile" : "min/km";
  const kept = localStorage.getItem(KEPT) ?? "";
  return kept && !kept.startsWith("min") ? kept : miles ? "mph" : "km/h";
}

for (const box of document.querySelectorAll("[data-quantity]")) start(box);

function start(box) {
  const setting = box.dataset.quantity, input = box.querySelector("input");
  const unit = box.querySelector("select"), says = box.querySelector("[data-says]");
  const hint = says.textContent;
  let chosen = false, asked = 0;
  const read = async () => {
    if (unit && !chosen && input.value.trim()) unit.value = guess(input.value);
    const text = written(input.value, unit?.value), turn = ++asked;
    if (!text) { says.textContent = hint; input.setCustomValidity(""); return; }
    let told, wrong = "";
    try {
      told = (await call("GET", `/api/v1/quantities/${setting}?text=${encodeURIComponent(text)}`)).text;
    } catch (error) {
      // Without a network the field is taken as it is; the server reads it later.
      if (!error.status) { says.textContent = hint; input.setCustomValidity(""); return; }
      told = [error.message.replace(setting, say(`script.${setting}`)), error.hint].filter(Boolean).join(" ");
      wrong = told;
    }
    if (turn !== asked) return;
    says.textContent = told;
    input.setCustomValidity(wrong);
  };
  let later;
  input.addEventListener("input", () => { clearTimeout(later); later = setTimeout(read, 250); });
  unit?.addEventListener("change", () => { chosen = true; localStorage.setItem(KEPT, unit.value); read(); });
}
