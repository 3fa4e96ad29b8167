// What every page does: it has the service worker, and sends recordings that wait.
import { sendAll } from "./outbox.js";

if ("serviceWorker" in navigator && isSecureContext) {
  navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" }).catch(() => null);
}
if ("locks" in navigator && "indexedDB" in self) {
  const send = () => { if (navigator.onLine) sendAll().catch(() => null); };
  addEventListener("online", send);
  send();
}
