// A clip that is being analysed: progress, then its result.
import { say } from "./words.js";

const box = document.querySelector("[data-waiting]");
const job = box?.dataset.waiting;
if (job && box.querySelector("progress")) {
  const show = (now) => {
    if (now.id !== job) return;
    if (!["queued", "running"].includes(now.state)) { location.reload(); return; }
    box.querySelector("progress").value = now.share;
    box.querySelector("[data-phase]").textContent = now.phase && say(`phase.${now.phase}`);
    box.querySelector("[data-state]").textContent = say(`job_state.${now.state}`);
  };
  const source = new EventSource("/api/v1/jobs/events");
  source.addEventListener("job", (e) => show(JSON.parse(e.data)));
  // What happens between this page and the first event is asked for once, and then if events fail.
  const ask = () => fetch(`/api/v1/jobs/${job}`).then((a) => (a.ok ? a.json().then(show) : location.reload()), () => null);
  ask();
  let asking = null;
  source.addEventListener("error", () => { asking ??= setInterval(ask, 2000); });
  source.addEventListener("open", () => { clearInterval(asking); asking = null; });
  addEventListener("pagehide", () => source.close());
}
