// The queue: progress as the server tells it; asked for now and then when it cannot tell.
/* global htmx */
import { say } from "./words.js";

const queue = document.querySelector("[data-queue]");
if (queue) start(queue);

function start(queue) {
  let asking = null;
  const refresh = () => htmx.ajax("GET", "/parts/queue", { target: queue, swap: "innerHTML" });
  const ask = (yes) => {
    clearInterval(asking);
    asking = yes ? setInterval(refresh, 2000) : null;
  };
  const seen = new Map();
  const take = (job) => {
    const row = queue.querySelector(`[data-job="${CSS.escape(job.id)}"]`);
    const before = seen.get(job.id);
    seen.set(job.id, job.state);
    if (!row || row.dataset.state !== job.state) {
      if (row || before !== job.state) refresh();
      return;
    }
    const bar = row.querySelector("progress");
    if (bar && job.state === "running") bar.value = job.share;
    const phase = row.querySelector("[data-phase]");
    if (phase) phase.textContent = job.phase && say(`phase.${job.phase}`);
  };
  const source = new EventSource("/api/v1/jobs/events");
  source.addEventListener("job", (e) => take(JSON.parse(e.data)));
  source.addEventListener("open", () => ask(false));
  source.addEventListener("error", () => ask(true));
  document.addEventListener("queued", refresh);
  addEventListener("pagehide", () => source.close());
}
