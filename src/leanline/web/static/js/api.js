// Calls of our own API; an answer that is a problem becomes an error with its sentence.
import { Problem, request } from "./http.js";
import { number, say } from "./words.js";

export async function call(method, path, body, more) {
  try {
    return await request(method, path, body, more);
  } catch (error) {
    // The browser's own words for a connection that failed are in its language, not the page's.
    if (error instanceof TypeError) throw new Problem({ detail: say("script.no_answer") });
    if (error instanceof Problem && !error.message) error.message = say("script.no_answer");
    throw error;
  }
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
