// Calls of our own API; an answer that is a problem becomes an error with its sentence.
import { number, say } from "./words.js";

export class Problem extends Error {
  constructor(problem) {
    super(problem.detail ?? say("script.failed"));
    this.status = problem.status ?? 0;
    this.hint = problem.hint ?? "";
  }
}

export async function call(method, path, body, more = {}) {
  const json = body !== undefined && !(body instanceof Blob);
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    ...more,
    headers: { accept: "application/json", ...(json ? { "content-type": "application/json" } : {}), ...more.headers },
    body: json ? JSON.stringify(body) : body,
  });
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({ status: answer.status, detail: say("script.no_answer") }));
  if (!answer.ok) throw new Problem({ status: answer.status, ...said });
  return said;
}

export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((c) => c !== null && c !== undefined));
  return made;
};

export const size = (n) => (n < 1e6 ? `${Math.max(1, Math.round(n / 1e3))} kB`
  : n < 1e9 ? `${Math.round(n / 1e6)} MB` : `${number(n / 1e9, 1)} GB`);
