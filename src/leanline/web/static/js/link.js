// A new link for a runner: copied, or handed to another app of the phone.
const field = document.querySelector("[data-link]"), says = document.querySelector("[data-says]");
const copy = document.querySelector("[data-copy]"), share = document.querySelector("[data-share-link]");
field.addEventListener("focus", () => field.select());
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    says.textContent = says.dataset.copied;
  });
}
if (navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () => navigator.share({ url: field.value }).catch(() => null));
}
