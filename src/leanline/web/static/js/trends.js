// The athlete's page: trends drawn, and runs of a watch sent.
import { call } from "./api.js";
import { trendPlot } from "./plots.js";
import { say } from "./words.js";

const trends = document.querySelector("[data-trends]");
if (trends) {
  const found = await call("GET", trends.dataset.trends);
  for (const trend of found) {
    const box = trends.querySelector(`[data-trend="${CSS.escape(trend.metric_id)}"]`);
    if (box && trend.points.length > 1) trendPlot(box, shown(trend));
  }
  trends.dataset.ready = "yes";
}

/** A trend with its numbers as they are shown. */
function shown(trend) {
  const of = (x) => (x === null ? null : x * trend.scale);
  return {
    ...trend,
    band: trend.band?.map(of),
    pad: trend.decimals ? 0.5 : 2,
    points: trend.points.map((p) => ({ at: Date.parse(p.at) / 1000, value: of(p.value), low: of(p.low), high: of(p.high), comparable: !p.why_not.length })),
  };
}

// Where what is odd about watch files waits while the page loads again.
const NOTES = "watch-notes";
const fit = document.querySelector("[data-fit]");
if (fit) {
  const says = document.querySelector("[data-fit-says]");
  says.textContent = sessionStorage.getItem(NOTES) ?? "";
  sessionStorage.removeItem(NOTES);
  fit.querySelector("input").addEventListener("change", async (e) => {
    const wrong = [];
    const odd = [];
    for (const file of e.target.files) {
      says.textContent = say("trend_script.reading", { name: file.name });
      try {
        const run = await call("POST", `${fit.dataset.fit}?name=${encodeURIComponent(file.name)}`, file,
          { headers: { "content-type": "application/octet-stream" } });
        odd.push(...run.notes.map((note) => `${file.name}: ${note}`));
      } catch (error) { wrong.push(`${error.message} ${error.hint}`); }
    }
    e.target.value = "";
    if (wrong.length) { says.textContent = wrong.concat(odd).join(" "); says.className = "error"; return; }
    if (odd.length) sessionStorage.setItem(NOTES, odd.join(" "));
    location.reload();
  });
}

document.querySelectorAll("[data-delete-run]").forEach((button) => button.addEventListener("click", async () => {
  button.disabled = true;
  await call("DELETE", button.dataset.deleteRun).catch(() => null);
  location.reload();
}));
