// Requests to our own API, without a page: the service worker makes them as well.

export class Problem extends Error {
  constructor(problem) {
    super(problem.detail ?? "");
    this.status = problem.status ?? 0;
    this.hint = problem.hint ?? "";
  }
}

/** The answer as JSON; a problem is thrown, and so is whatever keeps the request from arriving. */
export async function request(method, path, body, more = {}) {
  const json = body !== undefined && !(body instanceof Blob);
  const answer = await fetch(path, {
    method,
    credentials: "same-origin",
    ...more,
    headers: { accept: "application/json", ...(json ? { "content-type": "application/json" } : {}), ...more.headers },
    body: json ? JSON.stringify(body) : body,
  });
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem({ status: answer.status, ...said });
  return said;
}
