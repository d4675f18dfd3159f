"use strict";
// Questions that match what is being typed, under the search box. Everything works without this file too.
(() => {
  const PAUSE = 150; // milliseconds without a key before the server is asked
  const form = document.querySelector("form.search");
  if (!form) return;
  const input = form.elements.q;
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let active = -1, typed = "", waiting = 0, asking = null;

  Object.assign(list, { id: "matches", className: "matches", role: "listbox", ariaLabel: "当てはまる質問", hidden: true });
  Object.assign(told, { className: "unseen", role: "status" });
  form.append(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  const options = () => [...list.children];

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    select(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function select(number) {
    active = number;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options()[active].id);
    options()[active].scrollIntoView({ block: "nearest" });
  }

  function option({ url, parts }, number) {
    const item = document.createElement("li");
    Object.assign(item, { id: `match-${number}`, role: "option", ariaSelected: "false" });
    item.dataset.url = url;
    for (const [text, matches] of parts) { // as text, never as markup
      const part = document.createElement(matches ? "mark" : "span");
      part.textContent = text;
      item.append(part);
    }
    return item;
  }

  function show(questions) {
    list.replaceChildren(...questions.map(option));
    select(-1);
    list.hidden = !questions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = questions.length ? `当てはまる質問が${questions.length}件あります。` : "";
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    try {
      const url = `${form.dataset.suggest}?q=${encodeURIComponent(typed)}`;
      const response = await fetch(url, { signal: asking.signal });
      if (response.ok) show((await response.json()).questions);
    } catch { /* typed on, or no connection: the search itself still works */ }
  }

  input.addEventListener("input", () => {
    typed = input.value.trim();
    clearTimeout(waiting);
    if (typed) waiting = setTimeout(ask, PAUSE);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") select((active + 1) % count);
    else if (event.key === "ArrowUp") select(active <= 0 ? count - 1 : active - 1);
    else if (event.key === "Enter" && active >= 0) location.assign(options()[active].dataset.url);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("li");
    if (chosen) location.assign(chosen.dataset.url);
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    const wants = (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey)
      || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (!wants) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();
