// The page's words in its language, from the same catalogue as the server's.
const words = JSON.parse(document.getElementById("words").dataset.words);

/** The text of a code with its placeholders filled in. */
export const say = (code, values = {}) =>
  words[code].replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** A number as the page's language writes it. */
export const number = (value, decimals) =>
  value.toFixed(decimals).replace("-", "−").replace(".", words["number.decimal"]);
